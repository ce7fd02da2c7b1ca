"""Every cell of a workbook is that of its table, typed; LibreOffice reads the same numbers in English and German.

    check.py PROGRAM
"""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

try:
    import openpyxl
except ImportError:
    print("skipped: there is no openpyxl (Debian: python3-openpyxl)")
    sys.exit(77)

ROOT = Path(__file__).resolve().parents[2]
STUDY = "scenarios/telemedicine_offers.toml"


def run(program, results, *options):
    command = [program, "run", STUDY, "--xlsx", "-o", results, *options]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return results


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def types_of(results):
    package = json.loads((results / "datapackage.json").read_text(encoding="utf-8"))
    return {r["name"]: {f["name"]: f for f in r["schema"]["fields"]} for r in package["resources"]}


class Workbook(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.TemporaryDirectory()
        cls.work = Path(cls.place.name)
        cls.study = run(PROGRAM, cls.work / "study", "--paths", "200")
        rows = (ROOT / "scenarios/batches/no_show_sweep.csv").read_text().splitlines()
        (cls.work / "rows.csv").write_text("\n".join(rows[:6]) + "\n")
        cls.batch = run(PROGRAM, cls.work / "batch", "--batch", cls.work / "rows.csv", "--paths", "100")

    @classmethod
    def tearDownClass(cls):
        cls.place.cleanup()

    def check_sheets(self, results, expected):
        book = openpyxl.load_workbook(results / "results.xlsx")
        types = types_of(results)
        tables = [name for name in book.sheetnames if name in types]
        self.assertEqual(tables, expected)
        for name in tables:
            heading, *rows = rows_of(results / f"{name}.csv")
            cells = [[cell.value for cell in row] for row in book[name].iter_rows()]
            self.assertEqual(cells[0], heading)
            self.assertEqual(len(cells) - 1, len(rows))
            for row, shown in zip(rows, cells[1:]):
                for column, text, value in zip(heading, row, shown):
                    field = types[name][column]
                    where = f"{name}, {column}: {text}"
                    if text == "":
                        self.assertIsNone(value, where)
                    elif field["type"] == "string" and not field.get("batch"):
                        self.assertEqual(value, text, where)
                    else:
                        self.assertIsInstance(value, (int, float), where)
                        self.assertEqual(float(value), float(text), where)
        return book

    def test_study(self):
        book = self.check_sheets(self.study, ["summary", "ranking", "comparisons", "tier_miss", "waterfall", "levers",
                                            "productivity", "ask_before_signing"])
        self.assertEqual(sum(len(sheet._charts) for sheet in book), 2)
        summary = book["summary"]
        columns = {cell.value: cell.column for cell in summary[1]}
        formats = {name: summary.cell(2, columns[name]).number_format for name in columns}
        self.assertEqual(formats["income_usd_p50"], "#,##0")
        self.assertEqual(formats["target_shortfall_prob"], "0.0%")
        self.assertEqual(formats["paid_hourly_usd_p50"], "#,##0.00")

    def test_batch(self):
        self.check_sheets(self.batch, ["summary", "tier_miss", "waterfall"])

    def test_same_bytes(self):
        again = run(PROGRAM, self.work / "again", "--paths", "200", "--threads", "1")
        self.assertEqual((again / "results.xlsx").read_bytes(), (self.study / "results.xlsx").read_bytes())

    def test_locales(self):
        office = shutil.which("soffice")
        if office is None:
            self.skipTest("there is no soffice (Debian: libreoffice-calc-nogui)")
        types, compared = types_of(self.study), {}
        shown = {}
        for language, point, group in [("en-US", ".", ","), ("de-DE", ",", ".")]:
            where = self.work / language
            where.mkdir()
            # The language of the numbers is set in the profile, as a user's is.
            settings = where / "profile/user/registrymodifications.xcu"
            settings.parent.mkdir(parents=True)
            settings.write_text(
                '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
                '<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse">'
                f"<value>{language}</value></prop></item></oor:items>"
            )
            # Every sheet, its cells as they are shown.
            subprocess.run(
                [office, f"-env:UserInstallation=file://{where / 'profile'}", "--headless", "--convert-to",
                 "csv:Text - txt - csv (StarCalc):9,34,76,1,,0,false,true,true,false,false,-1", "--outdir", where,
                 self.study / "results.xlsx"],
                check=True, capture_output=True, env={**os.environ, "HOME": str(where)},
            )
            grouped = re.search(rf"\t\d+{re.escape(group)}\d{{3}}\t", (where / "results-summary.csv").read_text(encoding="utf-8"))
            self.assertIsNotNone(grouped, f"{language} is not the language of the numbers")
            for name in types:
                sheet = where / f"results-{name}.csv"
                if not sheet.exists():
                    continue
                heading, *rows = rows_of(self.study / f"{name}.csv")
                lines = [line.split("\t") for line in sheet.read_text(encoding="utf-8").splitlines()]
                self.assertEqual(lines[0], heading)
                self.assertEqual(len(lines) - 1, len(rows))
                for at, (row, cells) in enumerate(zip(rows, lines[1:])):
                    for column, text, cell in zip(heading, row, cells):
                        if text == "" or types[name][column]["type"] == "string":
                            continue
                        where_told = f"{language}, {name} row {at + 1}, {column}: {text} is shown as {cell}"
                        read = cell.removesuffix("%").rstrip("\u00a0 ").replace(group, "").replace(point, ".").replace("\u2212", "-")
                        digits = len(read.partition(".")[2])
                        scale = 100.0 if cell.endswith("%") else 1.0
                        if "E" not in read:
                            self.assertAlmostEqual(float(read), scale * float(text), delta=0.5001 * 10.0**-digits, msg=where_told)
                        else:
                            self.assertAlmostEqual(float(read) / float(text), 1.0, delta=0.01, msg=where_told)
                        shown.setdefault((name, at, column), []).append(read)
                        compared[language] = compared.get(language, 0) + 1
        for place, both in shown.items():
            self.assertEqual(both[0], both[1], place)
        self.assertEqual(compared["en-US"], compared["de-DE"])
        print(f"{compared['en-US']} numbers of {len({name for name, _, _ in shown})} sheets are equal in both", flush=True)


if __name__ == "__main__":
    PROGRAM = Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
