"""The errors of this package: each says what happened, what was expected, and how to mend it."""


class ArtifactError(Exception):
    """A model folder that is missing, damaged, or of another schema; or a name that is not allowed."""


class ImageError(ValueError):
    """Bytes that do not become an image.

    Attributes:
        code: One stable word: `empty`, `not_an_image`, `too_many_bytes`, `too_many_pixels` or `unreadable`.
        detail: What happened, what was expected, how to mend it; never holds a path.
        limit: The limit that was passed, or None.
    """

    def __init__(self, code: str, detail: str, limit: int | None = None) -> None:
        """Keep the stable code and the limit beside the message."""
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.limit = limit
