"""Executes the notebooks on results of this build and compares what they print with what they keep.

    execute.py PROGRAM    PAYSTRESS_UPDATE=1 keeps the outputs of this run instead
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

try:
    import ipykernel  # noqa: F401
    import matplotlib  # noqa: F401
    import nbformat
    import pandas  # noqa: F401
    from nbclient import NotebookClient
except ImportError as error:
    print(f"skipped: {error} (Debian: python3-nbclient python3-ipykernel python3-pandas python3-matplotlib)")
    sys.exit(77)

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "analysis" / "notebooks"
RUNS = {
    "telemedicine_offers": ["--paths", "2000"],
    "no_show_sweep": ["--batch", "scenarios/batches/no_show_sweep.csv", "--paths", "2000"],
    "design_1000": ["--batch", "scenarios/batches/design_1000.csv", "--paths", "200"],
}


def run_studies(program, results):
    for name, options in RUNS.items():
        study = "scenarios/telemedicine_offers.toml"
        subprocess.run(
            [program, "run", study, *options, "-o", results / name], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
        )


def executed(path):
    notebook = nbformat.read(path, as_version=4)
    # A fault in a cell ends the test with that cell and its traceback.
    NotebookClient(notebook, timeout=300, record_timing=False, resources={"metadata": {"path": str(NOTEBOOKS)}}).execute()
    notebook.metadata = nbformat.read(path, as_version=4).metadata
    return notebook


def texts(notebook):
    """What each code cell prints; pictures are looked at by people."""
    return [
        [output.get("text") or output.get("data", {}).get("text/plain") for output in cell.outputs]
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def main(program):
    with tempfile.TemporaryDirectory() as work:
        run_studies(program, Path(work))
        os.environ.update(
            PAYSTRESS_RESULTS=work, PYTHONDONTWRITEBYTECODE="1", MPLCONFIGDIR=work, IPYTHONDIR=work, JUPYTER_DATA_DIR=work
        )
        differ = []
        for path in sorted(NOTEBOOKS.glob("*.ipynb")):
            notebook = executed(path)
            if os.environ.get("PAYSTRESS_UPDATE"):
                nbformat.write(notebook, path)
            elif texts(notebook) != texts(nbformat.read(path, as_version=4)):
                differ.append(path.name)
            print(f"{path.name}: {len(notebook.cells)} cells")
    if differ:
        sys.exit(f"print now something else than they keep (PAYSTRESS_UPDATE=1 keeps it): {', '.join(differ)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
