"""What every image format tells of itself, and what every opened file can be asked."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from artifact.card import Reading
from artifact.deep import Samples
from artifact.provenance import UNKNOWN, Provenance


class Source(ABC):
    """One file whose header has been read, and nothing else of it.

    Attributes:
        size: Width and height in pixels, as the header declares them.
        mode: What a pixel is made of, in Pillow's words (`RGB`, `L`, `I;16`, ...).
        bits: Bits of one sample.
    """

    size: tuple[int, int]
    mode: str
    bits: int = 8

    @property
    def deep(self) -> bool:
        """Whether what is black and white is told by a scale: samples of more than 8 bits."""
        return self.bits > 8

    @property
    def pages(self) -> int:
        """How many pictures the file holds: pages, planes or frames."""
        return 1

    def reduce(self, side: int, gray: bool) -> None:  # noqa: B027 - most formats have no smaller size
        """Let the file be decoded at a smaller size whose sides both cover `side`, where that costs nothing.

        Args:
            side: The least width and height that are needed, in pixels.
            gray: Whether only the brightness is needed.
        """

    @property
    def decoded_as(self) -> tuple[tuple[int, int], str]:
        """The size and mode in which it comes out of the decoder, once `reduce` was asked for less."""
        return self.size, self.mode

    def provenance(self) -> Provenance:
        """Return what the file says of where its picture comes from; may raise anything where that is damaged."""
        return UNKNOWN

    @abstractmethod
    def working_bytes(self) -> int:
        """Return the most memory that decoding takes, in bytes, estimated from the header."""

    @abstractmethod
    def decode(self, reading: Reading) -> Image.Image | Samples:
        """Return the decoded picture, with its EXIF data and colour profile; raises what its decoder raises.

        Args:
            reading: Which page and channels are meant, where there are several.
        """


@dataclass(frozen=True)
class Format:
    """One file format.

    Attributes:
        name: What people call it.
        suffixes: How its files' names end, in small letters with the dot; the usual one is the first.
        media_types: Its media types; the usual one is the first.
        recognises: Tells from the first bytes of a file whether it is of this format.
        open: Reads the header of a whole file; raises anything where that is damaged.
        extra: The extra of this project that its library comes with, or None where it needs none.
    """

    name: str
    suffixes: tuple[str, ...]
    media_types: tuple[str, ...]
    recognises: Callable[[bytes], bool]
    open: Callable[[bytes], Source]
    extra: str | None = None
