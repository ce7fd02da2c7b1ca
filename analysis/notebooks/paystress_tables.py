"""Tables of a results directory as pandas frames, with the types and keys that its datapackage.json gives.

    tables = read_tables("results/telemedicine_offers")
    tables["summary"].loc["wrvu_group/wrvu_base/base", "income_usd_p50"]
"""

import hashlib
import json
from pathlib import Path

import pandas

# Frictionless type -> pandas type; all three hold empty cells.
TYPES = {"string": "string", "integer": "Int64", "number": "float64"}


def read_package(results):
    """The description of the tables, by table name."""
    file = Path(results) / "datapackage.json"
    text = file.read_text(encoding="utf-8")
    try:
        return {resource["name"]: resource for resource in json.loads(text)["resources"]}
    except (KeyError, TypeError, ValueError) as why:
        raise ValueError(f"{file}: is not as a run wrote it ({why!r}). Run the study again") from why


def read_table(results, name, keyed=True):
    """One table. Its key becomes the index where `keyed`; a key that stands twice is a ValueError.

    The columns of a batch are numbers where every cell is one.
    """
    resource = read_package(results)[name]
    fields = resource["schema"]["fields"]
    path = Path(results) / resource["path"]
    if not path.exists():
        path = path.with_name(path.name + ".gz")
    table = pandas.read_csv(
        path,
        dtype={field["name"]: TYPES[field["type"]] for field in fields},
        keep_default_na=False,
        na_values=resource["schema"]["missingValues"],
        float_precision="round_trip",
    )
    for field in fields:
        if field.get("batch"):
            numbers = pandas.to_numeric(table[field["name"]], errors="coerce")
            if not (numbers.isna() & table[field["name"]].notna()).any():
                table[field["name"]] = numbers
    key = resource["schema"]["primaryKey"]
    if table.duplicated(key).any():
        raise ValueError(f"{name}: its key {key} does not tell all rows apart")
    return table.set_index(key, verify_integrity=True).sort_index() if keyed else table


def read_tables(results, keyed=True):
    """Every table of the results, by name."""
    return {name: read_table(results, name, keyed) for name in read_package(results)}


def changed_files(results):
    """Names of tables that are no longer what the program wrote."""
    return [
        resource["path"]
        for resource in read_package(results).values()
        if "sha256:" + hashlib.sha256((Path(results) / resource["path"]).read_bytes()).hexdigest() != resource["hash"]
    ]
