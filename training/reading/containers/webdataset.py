"""WebDataset: tar files in which an image and its label share the name before the first dot."""

import io
import json
import tarfile
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import PurePosixPath

from training.errors import TrainingError
from training.reading.containers.interface import Kind, give, has_suffix
from training.reading.entries import is_picture
from training.reading.found import Asked, Found, Readers
from training.reading.words import parts_in


def _webdataset(files: Readers, asked: Asked) -> list[Found]:
    """Read shards of `KEY.jpg` beside `KEY.cls` (or `KEY.json` with a label)."""
    found: list[Found] = []
    for path, read in files.items():
        samples: dict[str, dict[str, bytes]] = {}
        with tarfile.open(fileobj=io.BytesIO(read())) as archive:
            for entry in archive:
                key, _, suffix = entry.name.rpartition("/")[2].partition(".")
                file = archive.extractfile(entry)
                if file is not None:
                    samples.setdefault(f"{entry.name.rpartition('/')[0]}/{key}", {})[suffix.lower()] = file.read()
        found += _samples(path, samples)
    return found


def _samples(path: PurePosixPath, samples: Mapping[str, Mapping[str, bytes]]) -> Iterator[Found]:
    for key, parts in samples.items():
        images = [suffix for suffix in parts if is_picture(PurePosixPath(f"x.{suffix}"))]
        label = _label_of(parts)
        if len(images) != 1 or label is None:
            raise TrainingError(
                f"The sample {key.strip('/')} of {path} has the entries {', '.join(parts)}; one image and a .cls, a "
                ".txt or a .json with a label were expected."
            )
        name = f"{path}#{key.strip('/')}.{images[0]}"
        yield Found(name, label, parts_in(path) or "train", partial(give, parts[images[0]]))


def _label_of(parts: Mapping[str, bytes]) -> str | None:
    for suffix in ("cls", "cls.txt", "label", "txt"):
        if suffix in parts:
            return parts[suffix].decode("utf-8", "replace").strip()
    try:
        return str(json.loads(parts["json"])["label"])
    except (KeyError, ValueError, TypeError):
        return None


KIND = Kind("WebDataset", has_suffix(".tar"), _webdataset)
