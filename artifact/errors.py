"""The errors of this package: each says what happened, what was expected, and how to mend it."""

from typing import Literal

ImageCode = Literal[
    "empty",
    "not_an_image",
    "too_many_bytes",
    "too_many_pixels",
    "too_many_scans",
    "unreadable",
    "unsupported",
    "ambiguous",
]
"""Why bytes do not become an image, in one stable word.

`unsupported` is a kind of file that is recognised and not read here; `ambiguous` one that holds several pictures or
channels, of which nobody has said which is meant.
"""


class ArtifactError(Exception):
    """A model folder that is missing, damaged, or of another schema; or a name that is not allowed."""


class ListError(ValueError):
    """A list of images that cannot be read; the message says what was found, what was expected and how to mend it."""


class Damage(ValueError):
    """What is wrong with a file, in words of ours that finish the sentence "The file is damaged, as ..."."""


class ImageError(ValueError):
    """Bytes that do not become an image.

    Attributes:
        code: One stable word of `ImageCode`.
        detail: What happened, what was expected, how to mend it; never holds a path.
        limit: The limit that was passed, or None.
    """

    def __init__(self, code: ImageCode, detail: str, limit: int | None = None) -> None:
        """Keep the stable code and the limit beside the message."""
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.limit = limit
