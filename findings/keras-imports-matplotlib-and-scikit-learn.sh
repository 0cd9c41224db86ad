#!/usr/bin/env bash
# Keras 3.15.1: `import keras` imports matplotlib and scikit-learn wherever they are installed, for plots of images and
# for wrappers that a program may never call. With the two made to seem absent it works as well, on 725 modules and
# 79 MiB less.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    keras==3.15.1 jax==0.10.2 numpy==2.4.6 matplotlib==3.11.2 scikit-learn==1.9.1
cat > "$folder/look.py" <<'PYTHON'
import os
import resource
import sys

os.environ["KERAS_BACKEND"] = "jax"
hidden = sys.argv[1:]
sys.modules.update(dict.fromkeys(hidden))  # None: Python says that there is no such module
import keras

found = [name for name in ("matplotlib", "sklearn") if sys.modules.get(name)]
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(f"keras {keras.__version__}, hidden {hidden}: imported {found}, {len(sys.modules)} modules, {peak:.0f} MiB")
raise SystemExit(0 if found == ([] if hidden else ["matplotlib", "sklearn"]) and keras.ops.sum([1, 2]) == 3 else 1)
PYTHON
"$folder/venv/bin/python" "$folder/look.py"
"$folder/venv/bin/python" "$folder/look.py" matplotlib sklearn
