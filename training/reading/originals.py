"""Which images were made from one photo, by the names that tools of augmentation give: turned, cropped, brightened.

Known are Roboflow (`IMG_1_jpg.rf.` and 32 digits), Augmentor (`cat_original_IMG_1.jpg_` and a UUID, in a folder
`output`) and words behind the name of an image that lies beside it (`IMG_1_aug2.jpg` beside `IMG_1.jpg`).
"""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath

_ROBOFLOW = re.compile(r"(.+)_(?:jpe?g|png|bmp|webp|tiff?|heic|avif)\.rf\.[0-9a-zA-Z]{20,32}", re.IGNORECASE)
_AUGMENTOR = re.compile(r".*_original_(.+)\.[a-z]{3,4}_[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_WORDS = (
    r"aug(?:mented)?|[hv]?flip(?:ped)?|mirror(?:ed)?|rot(?:ated?|ation)?|crop(?:ped)?|bright(?:ness|er)?|dark(?:er)?"
    r"|blur(?:red)?|noisy?|zoom(?:ed)?|shear|contrast"
)
_BEHIND = re.compile(rf"(.+?)(?:[ _.-]+(?:{_WORDS})[ _.-]?\d*)+", re.IGNORECASE)


def tell(files: Sequence[str]) -> list[str | None]:
    """Return the photo that each image was made from, by folder and name; None where no other one was.

    Args:
        files: The paths of the images.
    """
    paths = [PurePosixPath(file) for file in files]
    stems = {str(path.with_suffix("")) for path in paths}
    origins = [_origin(path, stems) for path in paths]
    names = [origin or str(path.with_suffix("")) for origin, path in zip(origins, paths, strict=True)]
    counts, made = Counter(names), {origin for origin in origins if origin}
    return [name if name in made and counts[name] > 1 else None for name in names]


def _origin(path: PurePosixPath, stems: set[str]) -> str | None:
    """Return the path of the photo that an image was made from, without its suffix."""
    if match := _ROBOFLOW.fullmatch(path.stem):
        return str(path.with_name(match[1]))
    if match := _AUGMENTOR.fullmatch(path.stem):
        folder = path.parent.parent if path.parent.name == "output" else path.parent
        return str(folder / match[1])
    match = _BEHIND.fullmatch(path.stem)
    beside = str(path.with_name(match[1])) if match else ""
    return beside if beside in stems else None
