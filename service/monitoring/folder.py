"""The folder by which the workers share what they count, named by an environment variable, new for each run.

The library reads the variable when it is first imported, so this module imports nothing of it.
"""

import os
import tempfile
from pathlib import Path

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_IN_MEMORY = Path("/dev/shm")


def make() -> None:
    """Make the folder and set the variable."""
    os.environ[VARIABLE] = tempfile.mkdtemp(
        prefix="thirtyfive-metrics-", dir=_IN_MEMORY if _IN_MEMORY.is_dir() else None
    )
