"""JPEG, and the files of several JPEGs that phones and stereo cameras write (MPO): the first is the picture."""

from artifact.formats.interface import Format
from artifact.formats.pillow_file import PillowFile


class JpegFile(PillowFile):
    """A JPEG, which libjpeg can decode at a reduced scale."""

    def reduce(self, side: int, gray: bool) -> None:
        """Let libjpeg decode at 1/2, 1/4 or 1/8.

        Scaled decoding keeps the low frequencies of each block's cosine transform (libjpeg's `scale_denom`), so it is
        itself antialiased, and several times faster.
        """
        self.file.draft("L" if gray else None, (side, side))  # None keeps the mode

    def working_bytes(self) -> int:
        """Return the bytes of the reduced picture, and for a progressive file those of its coefficients."""
        need = super().working_bytes()
        if self.file.info.get("progressive"):  # libjpeg holds every plane's 16-bit coefficients at full size
            need += 2 * getattr(self.file, "layers", 4) * self.size[0] * self.size[1]
        return need


FORMAT = Format(
    name="JPEG",
    suffixes=(".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"),
    media_types=("image/jpeg",),
    recognises=lambda head: head.startswith(b"\xff\xd8\xff"),
    open=lambda data: JpegFile(data, ["JPEG"]),
)
