"""What a file is that is of no format of the table: its name for people, and the fix, told from the first bytes.

Downloads, phones and exports give such files the names of images: a web page as `.jpg`, a pointer of Git LFS, a video.
Nothing of them is read; they are only named.
"""

import re
from collections.abc import Sequence

from artifact.formats.iso_brands import brands

_CONVERT = "Convert the picture to JPEG or PNG."
_DEVELOP = "Develop it, and save it as JPEG or TIFF."
_FRAMES = "Save the frames that are meant as images."
_UNPACK = "Unpack it first."
_PICTURE = "Save the pictures in it as images."
_AGAIN = "It was saved in place of a picture: download that again."

_BEGINNINGS: Sequence[tuple[bytes, str, str]] = (
    (b"\xff\x0a", "a JPEG XL", _CONVERT),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "a JPEG XL", _CONVERT),
    (b"II\xbc\x01", "a JPEG XR", _CONVERT),
    (b"8BPS", "a Photoshop file", _CONVERT),
    (b"gimp xcf", "a GIMP file", _CONVERT),
    (b"\0\0\1\0", "an icon (ICO)", _CONVERT),
    (b"icns", "an icon (ICNS)", _CONVERT),
    (b"qoif", "a QOI", _CONVERT),
    (b"DDS ", "a texture (DDS)", _CONVERT),
    (b"\x01\xda\0\1", "an SGI picture", _CONVERT),
    (b"\x0a\x05\x01", "a PCX", _CONVERT),
    (b"\x76\x2f\x31\x01", "an OpenEXR", _CONVERT),
    (b"#?RADIANCE", "a Radiance HDR picture", _CONVERT),
    (b"#?RGBE", "a Radiance HDR picture", _CONVERT),
    (b"SIMPLE  =", "a FITS", "Save its picture as TIFF or PNG."),
    (b"ZISRAWFILE", "a Zeiss CZI", "Save its picture as TIFF."),
    (b"\xda\xce\xbe\x0a", "a Nikon ND2", "Save its picture as TIFF."),
    (b"\x70\0\0\0", "a Leica LIF", "Save its picture as TIFF."),
    (b"NRRD000", "an NRRD volume", "Save the slices that are meant as TIFF or PNG."),
    (b"ObjectType = Image", "a MetaImage volume", "Save the slices that are meant as TIFF or PNG."),
    (b"AT&TFORM", "a DjVu document", _PICTURE),
    (b"%PDF-", "a PDF", _PICTURE),
    (b"%!PS", "PostScript", _CONVERT),
    (b"\xd0\xcf\x11\xe0", "an Office document or a list of thumbnails", _PICTURE),
    (b"FUJIFILMCCD-RAW", "a camera's raw picture", _DEVELOP),
    (b"IIU\0", "a camera's raw picture", _DEVELOP),
    (b"IIRO", "a camera's raw picture", _DEVELOP),
    (b"IIRS", "a camera's raw picture", _DEVELOP),
    (b"MMOR", "a camera's raw picture", _DEVELOP),
    (b"FOVb", "a camera's raw picture", _DEVELOP),
    (b"PK\3\4", "a ZIP archive or an Office document", _UNPACK),
    (b"Rar!", "a RAR archive", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _UNPACK),
    (b"\x1f\x8b", "compressed by gzip", _UNPACK),
    (b"BZh", "compressed by bzip2", _UNPACK),
    (b"\xfd7zXZ\0", "compressed by xz", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "compressed by Zstandard", _UNPACK),
    (b"PK\7\x08PK\3\4", "the first part of a ZIP archive in several parts", "Join the parts and unpack them (7z x)."),
    (b"\x1a\x45\xdf\xa3", "a video (WebM or Matroska)", _FRAMES),
    (b"OggS", "a recording (Ogg)", _FRAMES),
    (b"\0\0\1\xba", "a video (MPEG)", _FRAMES),
    (b"\0\5\x16\7", "what Finder keeps beside a file on another system's disk", "Leave it out."),
    (b"version https://git-lfs", "a pointer of Git LFS, without the picture", "Fetch it with git lfs pull."),
    (b"/annex/objects/", "a pointer of git-annex, without the picture", "Fetch it with git annex get."),
    (b"data:image/", "text (a picture in base64, as pages hold it)", "Decode it, and save its bytes."),
    (b"\x93NUMPY", "an array of NumPy", "Save it as TIFF or PNG."),
    (b"\x89HDF", "an HDF5", "Save its pictures as TIFF or PNG."),
)
_BRANDS = {b"crx ": ("a camera's raw picture", _DEVELOP)}
_LOOKED_AT = 512
_BEFORE = re.compile(rb"\A(?:\xef\xbb\xbf|\s|<!--.*?-->)*+", re.DOTALL)
"""What may stand before text begins: a mark of its encoding, blanks, comments of HTML and XML."""


def name(data: bytes) -> tuple[str, str] | None:
    """Return what a file is, as a sentence has it, and how to fix that; None where it is not known.

    Args:
        data: The file, or its first 4096 bytes.
    """
    head = data[:4096]
    for beginning, what, fix in _BEGINNINGS:
        if head.startswith(beginning):
            return what, fix
    if brand := brands(head)[:1] or _without_brand(head):
        return _BRANDS.get(brand[0], ("a video or a recording (MP4 or QuickTime)", _FRAMES))
    if head[:4] == b"RIFF":
        return "a video or a recording (AVI or WAV)", _FRAMES
    return _text(head) or (("nothing but zeros", _AGAIN) if head and not any(head) else None)


def _without_brand(head: bytes) -> tuple[bytes, ...]:
    """Return a brand for what old QuickTime files begin with, which have none."""
    return (head[4:8],) if head[4:8] in (b"moov", b"mdat", b"wide") else ()


def _text(head: bytes) -> tuple[str, str] | None:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):  # as Windows PowerShell writes what it is told to save
        head = head.decode("utf-16", "ignore").encode()
    begins = _BEFORE.sub(b"", head)[:_LOOKED_AT].lower()
    if begins.startswith((b"<!doctype html", b"<html", b"<head", b"<body")) or (
        begins.startswith(b"<?xml") and b"<html" in begins
    ):
        return "a web page", _AGAIN
    if begins.startswith(b"<svg") or (begins.startswith((b"<?xml", b"<!doctype svg")) and b"<svg" in head):
        return "an SVG drawing", "Export it as PNG at the size that is meant."
    if begins.startswith(b"<?xml"):
        return "XML, such as the answer of a server", _AGAIN
    if begins.startswith((b"{", b"[")) and begins[1:2] in (b'"', b"{", b" ", b"\n", b"\r", b"}"):
        return "JSON, such as the answer of a server", _AGAIN
    return None
