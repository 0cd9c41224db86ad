from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
import doctor, doctor.cli
doctor.diagnose({"loss": [0.7, 0.5, 0.4, 0.35, 0.3, 0.28]}).to_json()
ours = {name.split(".")[0] for name in sys.modules} - set(sys.stdlib_module_names)
print(sorted(name for name in ours if not name.startswith(("_", "sitecustomize", "usercustomize"))))
"""


def test_the_doctor_needs_numpy_and_nothing_else() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "['doctor', 'numpy']"
