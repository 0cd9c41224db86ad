#!/usr/bin/env bash
# Keras 3.15.1: KERAS_BACKEND=numpy, which stands for "no framework", fails on import without SciPy, and with it without
# JAX, neither of which its package asks for: its arithmetic imports the Fourier transform of the backend for JAX.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check keras==3.15.1 numpy==2.4.6
cat > "$folder/look.py" <<'PYTHON'
import sys
from importlib.metadata import version

print("keras", version("keras"), "with the backend numpy")
try:
    import keras
except ModuleNotFoundError as error:
    print("import keras:", error)
    raise SystemExit(0 if error.name == sys.argv[1] else 1)
print("imported", keras.backend.backend())
raise SystemExit(1)
PYTHON
export KERAS_BACKEND=numpy
"$folder/venv/bin/python" "$folder/look.py" scipy
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check scipy==1.17.1
"$folder/venv/bin/python" "$folder/look.py" jax
