"""`python -m benchmarks.serving.decoding [CACHE]`: what other ways from a JPEG to the network's input would bring."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from artifact import store
from benchmarks.serving import environments, pictures
from benchmarks.serving.contestants import RIVALS, ROOT


def main() -> int:
    """Make the environment and the JPEGs, and print the table."""
    cache = Path(sys.argv[1] if len(sys.argv) > 1 else ".benchmarks").absolute()
    home = RIVALS / "decoding"
    python = environments.python(environments.make(home / "requirements.txt", cache))
    model = ROOT / "models" / "default" / store.current(ROOT / "models", "default")
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for picture in map(pictures.make, pictures.SIZES):
            files.append(Path(folder) / f"{picture.name}.jpg")
            files[-1].write_bytes(picture.file)
        command = [python, home / "compare.py", model, *files]
        return subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}).returncode


if __name__ == "__main__":
    sys.exit(main())
