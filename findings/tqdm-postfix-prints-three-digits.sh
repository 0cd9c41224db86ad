#!/usr/bin/env bash
# tqdm 4.70.1: `set_postfix` prints numbers with three significant digits where that is shorter, so an accuracy of 0.9996
# stands there as 1, and a loss of 10.04 as 10. A perfect run and a nearly perfect one cannot be told apart in a pasted
# bar; text that the caller formatted is left as it is.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'tqdm==4.70.1'
cat > "$folder/look.py" <<'PYTHON'
import io
import sys

import tqdm

printed = io.StringIO()
bar = tqdm.tqdm(total=1, file=printed)
bar.set_postfix(acc=0.9996, loss=10.04, said=f"{0.9996:.4f}")
bar.close()
print("tqdm", tqdm.__version__)
print("given: acc=0.9996, loss=10.04, said='0.9996'")
print("printed:", printed.getvalue().split("\r")[-1].strip())
sys.exit("acc=1, loss=10, said=0.9996]" not in printed.getvalue())
PYTHON
"$folder/venv/bin/python" "$folder/look.py"
