"""Ask a store again until it answers: an outage of seconds is no reason to give a part up, or the job."""

import errno
import time
from collections.abc import Callable
from typing import Any, TypeVar

from fsspec.implementations.local import LocalFileSystem

PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds between attempts at a distant store, half a minute in all; at a disk, only the first two."""
_AT_A_DISK = 2
_FINAL = (FileNotFoundError, FileExistsError, NotADirectoryError, IsADirectoryError, PermissionError)
_FINAL_NUMBERS = {errno.ENAMETOOLONG, errno.ELOOP, errno.ENOSPC, errno.EDQUOT, errno.EROFS}
_CLIENTS = {"aiobotocore", "aiohttp", "azure", "botocore", "gcsfs", "google"}
"""Packages beneath fsspec's file systems whose errors are not `OSError`, such as botocore's of a refused connection."""
_NO_WAY_IN = {"NoCredentialsError", "PartialCredentialsError", "ProfileNotFound"}

Got = TypeVar("Got")


def ask(files: Any, do: Callable[[], Got]) -> Got:
    """Return what `do` returns, asking again after pauses where the store does not answer.

    Args:
        files: The file system that is asked, of fsspec.
        do: What is asked of it; it may be done several times.

    Raises:
        OSError: The store answers that it cannot be, or has not answered at all.
    """
    pauses = PAUSES[:_AT_A_DISK] if isinstance(files, LocalFileSystem) else PAUSES
    for pause in (*pauses, None):
        try:
            return do()
        except Exception as error:
            if pause is not None and _may_pass(error):
                time.sleep(pause)
            elif _is_of_a_client(error):
                raise OSError(str(error)) from error
            else:
                raise
    raise AssertionError("the last attempt returns or raises")


def _may_pass(error: Exception) -> bool:
    if isinstance(error, OSError):
        return not isinstance(error, _FINAL) and error.errno not in _FINAL_NUMBERS
    return _is_of_a_client(error) and type(error).__name__ not in _NO_WAY_IN


def _is_of_a_client(error: Exception) -> bool:
    return type(error).__module__.partition(".")[0] in _CLIENTS
