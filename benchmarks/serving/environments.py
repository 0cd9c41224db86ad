"""One virtual environment for each file of pinned requirements, made once and kept in a cache folder."""

import hashlib
import subprocess
import sys
from pathlib import Path


class NotInstalled(Exception):
    """An environment that cannot be made here; the message is the installer's last line."""


def make(requirements: Path, cache: Path) -> Path:
    """Return the folder of the environment with these requirements, made now where it is not there yet.

    Raises:
        NotInstalled: The installer failed.
    """
    text = requirements.read_bytes()
    name = requirements.parent.name if requirements.stem == "requirements" else requirements.stem
    folder = cache / f"{name}-{hashlib.sha256(text).hexdigest()[:12]}"
    done = folder / "installed"
    if not done.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", "--without-pip", folder], check=True)
        options = ["--quiet", "--disable-pip-version-check", "--no-input", "--no-deps", "--only-binary", ":all:"]
        pip = [sys.executable, "-m", "pip", "--python", str(python(folder)), "install", *options]
        run = subprocess.run([*pip, "--requirement", requirements], capture_output=True, text=True)
        if run.returncode != 0:
            raise NotInstalled((run.stderr.strip().splitlines() or ["the installer failed without a word"])[-1])
        done.touch()
    return folder


def python(folder: Path) -> Path:
    """Return the interpreter of an environment."""
    return folder / "bin" / "python"


def installed_bytes(folder: Path) -> int:
    """Return what an environment takes on disk, as `du` counts it."""
    return sum(512 * path.lstat().st_blocks for path in folder.rglob("*"))
