"""The schema takes every shipped study, as an editor's linter would see it, and finds planted typos where they are.

    check.py PROGRAM
"""

import json
import subprocess
import sys
import tomllib
import unittest
from pathlib import Path

try:
    import jsonschema
except ImportError:
    print("skipped: there is no jsonschema (Debian: python3-jsonschema)")
    sys.exit(77)

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = sys.argv[1]
STUDIES = sorted(ROOT.glob("scenarios/*.toml")) + sorted(ROOT.glob("scenarios/templates/*.toml"))
OLD_STUDIES = sorted(ROOT.glob("tests/regression/studies/*.toml"))


def deepest(errors):
    """Errors at the innermost places: of a value that fits none of several forms, those of the nearest form."""
    for error in errors:
        if error.context:
            depth = max(len(e.absolute_path) for e in error.context)
            yield from deepest(e for e in error.context if len(e.absolute_path) == depth)
        else:
            yield error


class Schema(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        text = subprocess.run([PROGRAM, "schema"], check=True, capture_output=True, text=True).stdout
        schema = json.loads(text)
        jsonschema.Draft7Validator.check_schema(schema)
        cls.validator = jsonschema.Draft7Validator(schema)

    def problems(self, text):
        study = json.loads(json.dumps(tomllib.loads(text), default=str))
        return sorted({(".".join(map(str, e.absolute_path)), e.message) for e in deepest(self.validator.iter_errors(study))})

    def test_studies_fit(self):
        self.assertGreater(len(STUDIES), 10)
        for study in STUDIES + OLD_STUDIES:
            with self.subTest(study.name):
                self.assertEqual(self.problems(study.read_text(encoding="utf-8")), [])

    def test_typos_are_found(self):
        """One key of each table that a study opens, misspelt, is found in that table."""
        found = missed = 0
        for study in STUDIES:
            tree = tomllib.loads(study.read_text(encoding="utf-8"))

            def tables(value, path):
                if isinstance(value, dict):
                    yield path, value
                    for key, below in value.items():
                        yield from tables(below, [*path, key])
                elif isinstance(value, list):
                    for i, below in enumerate(value):
                        yield from tables(below, [*path, i])

            for path, table in list(tables(tree, [])):
                table["no_such_kay"] = 1
                errors = [e for e in self.validator.iter_errors(json.loads(json.dumps(tree, default=str)))]
                del table["no_such_kay"]
                if any("no_such_kay" in e.message for e in deepest(errors)):
                    found += 1
                else:
                    missed += 1
        print(f"a key that no table has: found in {found} tables, taken for a name in {missed}")
        self.assertGreater(found, 4 * missed)

    def test_two_planted_typos(self):
        text = (ROOT / "scenarios/telemedicine_offers.toml").read_text(encoding="utf-8")
        self.assertIn("visits_per_day", text)
        self.assertIn("fixed_usd", text)
        planted = text.replace("visits_per_day", "visits_per_dya", 1).replace("fixed_usd", "fixd_usd", 1)
        said = self.problems(planted)
        self.assertTrue(any("visits_per_dya" in message for _, message in said), said)
        self.assertTrue(any("fixd_usd" in message for _, message in said), said)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]])
