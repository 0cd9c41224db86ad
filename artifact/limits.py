"""What is refused of one image file before any of it is decoded."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What reading an image refuses before decoding.

    Attributes:
        bytes: The largest file, in bytes.
        pixels: The largest picture, as declared in its header.
        working_bytes: The most memory that decoding one picture may take, estimated from its header.
        formats: Names of the formats that are read; None for all of `artifact.formats.TABLE`.
    """

    bytes: int = 32 * 1024**2
    pixels: int = 64_000_000
    working_bytes: int = 1024**3
    formats: tuple[str, ...] | None = None


DEFAULT_LIMITS = Limits()
