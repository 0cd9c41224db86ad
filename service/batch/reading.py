"""Read image files ahead of their turn, each within the limit on bytes; a file that cannot be had is a problem."""

import errno
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice

import fsspec
from fsspec.implementations.local import LocalFileSystem

from service.batch import archives
from service.batch.patience import ask
from service.batch.storage import unreachable
from service.problems import Problem


class Reader:
    """Reads files in threads, a bounded number ahead, so that a core does not wait for a distant disk."""

    def __init__(self, base: str, most_bytes: int, threads: int) -> None:
        """Read files below `base`, of each no more than `most_bytes` and one, by which too large ones are known."""
        self._base = base
        self._files, self._root = fsspec.core.url_to_fs(base)
        self._most_bytes = most_bytes
        self._threads = threads
        self._versions: dict[str, str] = {}

    def read(self, paths: Sequence[str]) -> Iterator[bytes | Problem]:
        """Yield each file's bytes, or the problem with it, in the order of the paths.

        Raises:
            StorageError: The file system does not answer, so that nothing can be said of the image.
        """
        with ThreadPoolExecutor(self._threads) as pool:
            remaining = iter(paths)
            ahead: deque[Future[bytes | Problem]] = deque(
                pool.submit(self._read, path) for path in islice(remaining, 2 * self._threads)
            )
            try:
                while ahead:
                    yield ahead.popleft().result()
                    ahead.extend(pool.submit(self._read, path) for path in islice(remaining, 1))
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    def _read(self, path: str) -> bytes | Problem:
        try:
            if packed := archives.split(path):
                (files, place), member = self._place(packed[0]), packed[1]
                return ask(files, lambda: self._member(files, place, member))
            files, place = self._place(path)
            return ask(files, lambda: self._bytes(files, place))
        except Problem as problem:
            return problem
        except (FileNotFoundError, NotADirectoryError):
            return Problem(404, "not_found", "There is no file at this path. Restore it, or take it off the list.")
        except PermissionError:
            return Problem(403, "forbidden", "The file may not be read. See to its permissions.")
        except IsADirectoryError:
            return Problem(415, "not_an_image", "There is a folder at this path; an image file was expected.")
        except OSError as error:
            if error.errno in (errno.ENAMETOOLONG, errno.ELOOP):
                return Problem(404, "not_found", "No file can have this path. Take it off the list.")
            raise unreachable(self._base, error) from error
        except (ValueError, ImportError) as error:  # after OSError, since a pipe's error is both
            return Problem(400, "bad_path", f"This path cannot be read ({error}). Mend it in the list.")

    def _member(self, files: fsspec.AbstractFileSystem, place: str, member: str) -> bytes:
        """Read from an archive; whether a distant one was replaced is asked once, and not for each image."""
        known = None if isinstance(files, LocalFileSystem) else self._versions.get(place)
        self._versions[place] = known or archives.version(files, place)
        return archives.read(files, place, self._versions[place], member, self._most_bytes + 1)

    def _bytes(self, files: fsspec.AbstractFileSystem, place: str) -> bytes:
        try:
            # by name: s3fs has a parameter of its own before `start`, and would give what lies behind the limit
            data: bytes = files.cat_file(place, start=0, end=self._most_bytes + 1)
        except OSError:
            found = files.info(place)
            if found["type"] != "file" or found["size"] > self._most_bytes:
                raise  # of a pipe or a device too, whose size is 0
            # S3 has no range of an empty object to give
            data = files.cat_file(place) if found["size"] else b""
        return data

    def _place(self, path: str) -> tuple[fsspec.AbstractFileSystem, str]:
        if "://" in path:
            files, place = fsspec.core.url_to_fs(path)
            return files, place
        if path.startswith("/"):
            return fsspec.filesystem("file"), path
        return self._files, f"{self._root.rstrip('/')}/{path}"
