#!/usr/bin/env bash
# tqdm 4.70.1 in a notebook: what is saved in the output of a cell is the bar before its first step, 0 %, without a loss,
# although training ran to its end. The last state is kept as three widgets in the notebook's metadata, with figure spaces
# and HTML entities in it, and only where the client saves the widgets' state: nbclient 0.11.0 does so by default, and not
# with `store_widget_state=False`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    'tqdm==4.70.1' 'ipywidgets==8.1.9' 'ipykernel==7.4.0' 'nbclient==0.11.0'
cat > "$folder/look.py" <<'PYTHON'
import json
import sys
from importlib.metadata import version

import nbformat
from nbclient import NotebookClient

SOURCE = """
from tqdm.notebook import tqdm
with tqdm(range(20), desc="Epoch 1") as bar:
    for step in bar:
        bar.set_postfix(loss=f"{1 / (1 + step):.4f}")
"""
STATE = "application/vnd.jupyter.widget-state+json"
shown = {}
for kept in (True, False):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(SOURCE)])
    NotebookClient(notebook, timeout=120, store_widget_state=kept).execute()
    (output,) = [output for output in notebook.cells[0].outputs if output.output_type == "display_data"]
    shown[kept] = output.data["text/plain"], json.dumps(notebook.metadata.get("widgets", {}), ensure_ascii=False)
print("tqdm", version("tqdm"), "ipywidgets", version("ipywidgets"), "nbclient", version("nbclient"))
print("saved in the output:", shown[True][0])
print("the last loss, 0.0500, stands in the output:", "0.0500" in shown[True][0])
print("it stands in the widgets of the metadata:", "loss=0.0500" in shown[True][1], "and without state:", "0.0500" in shown[False][1])
right = shown[True][0].startswith("Epoch 1:   0%") and "loss" not in shown[True][0] and "loss=0.0500" in shown[True][1]
sys.exit(not right or "0.0500" in shown[False][1])
PYTHON
"$folder/venv/bin/python" "$folder/look.py" 2>/dev/null
