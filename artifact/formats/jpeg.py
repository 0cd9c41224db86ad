"""JPEG, and the files of several JPEGs that phones and stereo cameras write (MPO): the first is the picture."""

from artifact import primaries
from artifact.errors import ImageError
from artifact.formats import jpeg_scans, zero_tail
from artifact.formats.interface import Format
from artifact.formats.pillow_file import PillowFile
from artifact.profiles import is_srgb

_MOST_SCANS = 64
"""In a picture of ordinary size; libjpeg's own script makes 10, mozjpeg's optimiser under 20."""
_LARGE_MOST_SCANS = 20
_PIXELS_IN_ALL_SCANS = 2**28
"""Over this many pixels in all scans together, no more than `_LARGE_MOST_SCANS` are decoded: some seconds' work."""

_ADOBE_RGB = (b"\1\0\2\0\4\0\0\0R03\0", b"\0\1\0\2\0\0\0\4R03\0")
"""EXIF's entry of interoperability by which a camera says Adobe RGB (DCF 2.0, optional files), in both byte orders."""
_JPEG_LS = 0xF7
_LOSSLESS = {0xC3, 0xC7, 0xCB, 0xCF}


class JpegFile(PillowFile):
    """A JPEG, which libjpeg can decode at a reduced scale."""

    def __init__(self, data: bytes) -> None:
        """Read the header and count the scans, since decoding takes time for each, however small the file is."""
        try:
            super().__init__(data, ["JPEG"])
        except Exception:  # whatever Pillow says of a kind that libjpeg does not decode
            _refuse_rare(data)
            raise
        zero_tail.check_jpeg(data)
        exif = self.file.info.get("exif", b"")
        if any(entry in exif for entry in _ADOBE_RGB):
            self.declare(primaries.profile(primaries.ADOBE_RGB, primaries.ADOBE_GAMMA))
        if not self.file.info.get("progressive") and not jpeg_scans.first_is_partial(data, self._planes()):
            return
        most = min(_MOST_SCANS, max(_LARGE_MOST_SCANS, _PIXELS_IN_ALL_SCANS // (self.size[0] * self.size[1])))
        if jpeg_scans.count(data, most) > most:
            raise ImageError(
                "too_many_scans",
                f"The JPEG is made of more than {most} scans; encoders write 20 at most. Save it again.",
                most,
            )

    @property
    def pages(self) -> int:
        """Return 1: what follows the picture in a phone's JPEG (MPO) is a gain map or another view, no page."""
        return 1

    def reduce(self, side: int, gray: bool) -> None:
        """Let libjpeg decode at 1/2, 1/4 or 1/8.

        Scaled decoding keeps the low frequencies of each block's cosine transform (libjpeg's `scale_denom`), so it is
        itself antialiased, and several times faster.
        """
        profile = self.file.info.get("icc_profile")
        only_light = gray and (not profile or is_srgb(profile))  # other colours become sRGB before they become gray
        self.file.draft("L" if only_light else None, (side, side))  # None keeps the mode

    def working_bytes(self) -> int:
        """Return the bytes of the reduced picture, and for a progressive file those of its coefficients."""
        need = super().working_bytes()
        if self.file.info.get("progressive"):  # libjpeg holds every plane's 16-bit coefficients at full size
            need += round(2 * self._samples() * self.size[0] * self.size[1])
        return need

    def _samples(self) -> float:
        """Return the samples of a pixel: less than its planes where colour is stored more coarsely."""
        factors = [(entry[1], entry[2]) for entry in getattr(self.file, "layer", ())]
        largest = max((h for h, _ in factors), default=0) * max((v for _, v in factors), default=0)
        return sum(h * v for h, v in factors) / largest if largest else 4.0

    def _planes(self) -> int:
        return int(getattr(self.file, "layers", 4))


def _refuse_rare(data: bytes) -> None:
    """Refuse by its name a JPEG that libjpeg does not decode, as cameras' and scanners' software writes it."""
    kind, bits = jpeg_scans.frame(data)
    what = "of JPEG-LS" if kind == _JPEG_LS else "lossless" if kind in _LOSSLESS else f"of {bits} bits"
    if kind == _JPEG_LS or kind in _LOSSLESS or bits > 8:
        raise ImageError("unsupported", f"The JPEG is {what}, which is not read here. Save it as TIFF or PNG.")


FORMAT = Format(
    name="JPEG",
    suffixes=(".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"),
    media_types=("image/jpeg",),
    recognises=lambda head: head.startswith(b"\xff\xd8\xff"),
    open=JpegFile,
)
