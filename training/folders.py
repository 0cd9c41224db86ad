"""Where training keeps what a rerun can use: our cache, and the files of libraries that would make folders below HOME.

Keras writes `~/.keras/keras.json` when it is imported, and imports matplotlib where that is installed, which writes a
list of fonts. Folders that the user has, or has named, stay theirs: `~/.keras/models` may hold downloaded weights.
"""

import os
from pathlib import Path

FOLDER_VARIABLE = "THIRTYFIVE_CACHE"


def find_folder() -> Path:
    """Return the folder for cached results: THIRTYFIVE_CACHE, or else `thirtyfive` in the user's cache (XDG)."""
    if folder := os.environ.get(FOLDER_VARIABLE):
        return Path(folder)
    user_cache = os.environ.get("XDG_CACHE_HOME", "")
    # The XDG specification asks for relative paths to be ignored.
    base = Path(user_cache) if Path(user_cache).is_absolute() else Path(os.path.expanduser("~")) / ".cache"
    return base / "thirtyfive"


def settle_libraries() -> None:
    """Name folders for Keras and matplotlib where the user has none; it must come before they are imported."""
    for variable, theirs, ours in (
        ("KERAS_HOME", "~/.keras", "keras"),
        ("MPLCONFIGDIR", "~/.config/matplotlib", "matplotlib"),
    ):
        if not os.path.exists(os.path.expanduser(theirs)):
            os.environ.setdefault(variable, str(find_folder().absolute() / ours))
