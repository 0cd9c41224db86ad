"""Where a version will be published: refused before the work where it could not be written after it."""

import os
import tempfile
from pathlib import Path

from artifact import store
from training.errors import TrainingError
from training.settings import Settings

PROBE_BYTES = 20 * 2**20
"""Written to the models folder and removed before any work: about what the largest model takes, its report included."""


def check(settings: Settings) -> None:
    """Refuse before the work what publishing would refuse after it."""
    home = settings.models / store.check_name(settings.name)
    nearest = next(path for path in (home, *home.absolute().parents) if os.path.exists(path))
    try:
        with tempfile.TemporaryDirectory(prefix=".probe-", dir=nearest) as probe:  # permissions alone do not tell
            (Path(probe) / store.MODEL_FILE).write_bytes(bytes(PROBE_BYTES))
    except OSError as error:
        raise TrainingError(
            f"{nearest} is not a folder that can be written to ({error.strerror or error}), so the model could not be "
            "published there. Mend that, or name another folder with --models."
        ) from error
