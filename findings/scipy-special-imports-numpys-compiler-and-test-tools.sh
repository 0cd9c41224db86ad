#!/usr/bin/env bash
# `import scipy.special` with SciPy 1.17.1 imports numpy.f2py (the compiler of Fortran wrappers) and numpy.testing, which NumPy
# itself leaves to whoever asks: SciPy's copy of the array API goes through every name of NumPy. With two modules that are
# loaded on first use put in their place, nothing of them runs, and a function of scipy.special gives the same number.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'scipy==1.17.1' 'numpy==2.4.6'
cd "$folder"
cat > ask.py <<'PYTHON'
import sys
from importlib.util import LazyLoader, find_spec, module_from_spec

import numpy

before = sorted(name for name in ("numpy.f2py", "numpy.testing") if name in sys.modules)
if sys.argv[1] == "lazy":
    for name in ("numpy.f2py", "numpy.testing"):
        spec = find_spec(name)
        spec.loader = LazyLoader(spec.loader)
        module = sys.modules[name] = module_from_spec(spec)
        spec.loader.exec_module(module)
        setattr(numpy, name.split(".")[1], module)
import scipy.special

run = sorted(name for name in ("numpy.f2py.crackfortran", "numpy.testing._private.utils") if name in sys.modules)
print("by numpy:", before, "by scipy.special:", run, "stdtrit(9, .975) =", round(float(scipy.special.stdtrit(9, 0.975)), 6))
PYTHON
python=$folder/venv/bin/python
plain=$("$python" ask.py plain)
lazy=$("$python" ask.py lazy)
echo "scipy 1.17.1, numpy 2.4.6; plain: $plain; loaded on first use: $lazy"
both="by scipy.special: ['numpy.f2py.crackfortran', 'numpy.testing._private.utils'] stdtrit(9, .975) = 2.262157"
[[ $plain == "by numpy: [] $both" && $lazy == "by numpy: [] by scipy.special: [] stdtrit(9, .975) = 2.262157" ]]
