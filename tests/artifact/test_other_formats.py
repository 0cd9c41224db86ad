"""Files of formats that are not read, by the libraries that write them: each is refused by its name, with a fix."""

import gzip
import io
import zipfile
from typing import Any

import imagecodecs
import numpy as np
import pytest
from PIL import Image

from artifact import image
from artifact.errors import ImageError
from tests.artifact.pictures import smooth

PICTURE = smooth(48, 64)
"""imagecodecs 2026.3.6 and Pillow 13.0.0 write it."""


def pillow(file_format: str) -> bytes:
    file = io.BytesIO()
    Image.fromarray(PICTURE).save(file, file_format)
    return file.getvalue()


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.jpg", pillow("JPEG"))
    return file.getvalue()


def array() -> bytes:
    file = io.BytesIO()
    np.save(file, PICTURE)
    return file.getvalue()


SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
FILES: list[tuple[str, Any, str]] = [
    ("a JPEG XL", lambda: imagecodecs.jpegxl_encode(PICTURE), "Convert"),
    ("a JPEG XR", lambda: imagecodecs.jpegxr_encode(PICTURE), "Convert"),
    ("a QOI", lambda: imagecodecs.qoi_encode(PICTURE), "Convert"),
    ("a Radiance HDR picture", lambda: imagecodecs.rgbe_encode(PICTURE.astype(np.float32)), "Convert"),
    ("an icon (ICO)", lambda: pillow("ICO"), "Convert"),
    ("an icon (ICNS)", lambda: pillow("ICNS"), "Convert"),
    ("a PCX", lambda: pillow("PCX"), "Convert"),
    ("a texture (DDS)", lambda: pillow("DDS"), "Convert"),
    ("an SGI picture", lambda: pillow("SGI"), "Convert"),
    ("PostScript", lambda: pillow("EPS"), "Convert"),
    ("a PDF", lambda: pillow("PDF"), "Save the pictures in it"),
    ("a ZIP archive", zipped, "Unpack"),
    ("compressed by gzip", lambda: gzip.compress(pillow("PNG")), "Unpack"),
    ("an array of NumPy", array, "Save it as TIFF or PNG"),
    ("an SVG drawing", lambda: SVG, "Export it as PNG"),
    ("a web page", lambda: b"\n<!DOCTYPE html><html><body>404</body></html>", "download that again"),
    (
        "a web page",
        lambda: b"<!-- saved from url=(0022)http://example.org/ -->\r\n<html><svg/></html>",
        "download that again",
    ),
    (
        "a web page",
        lambda: b'<?xml version="1.0"?>\n<!DOCTYPE html>\n<html><body><svg/></body></html>',
        "download that again",
    ),
    ("an SVG drawing", lambda: b'<!-- Created with a <b>program</b> -->\n<svg viewBox="0 0 9 9"/>', "Export it as PNG"),
    ("an SVG drawing", lambda: SVG.decode().encode("utf-16"), "Export it as PNG"),
    ("a pointer of git-annex", lambda: b"/annex/objects/SHA256E-s9--0.jpg\n", "git annex get"),
    ("JSON", lambda: b'{"message": "not found"}', "download that again"),
    ("a pointer of Git LFS", lambda: b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "git lfs pull"),
    ("a video", lambda: b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(80), "frames"),
    ("a video", lambda: b"RIFF\0\0\0\0AVI LIST" + bytes(80), "frames"),
    ("a camera's raw picture", lambda: b"\0\0\0\x18ftypcrx \0\0\0\1crx isom" + bytes(80), "Develop"),
    ("a camera's raw picture", lambda: b"FUJIFILMCCD-RAW 0201" + bytes(80), "Develop"),
    ("nothing but zeros", lambda: bytes(3000), "download that again"),
]


@pytest.mark.parametrize(("name", "make", "fix"), FILES, ids=[f"{row[0]}-{at}" for at, row in enumerate(FILES)])
def test_a_file_of_another_format_is_refused_by_its_name(name: str, make: Any, fix: str) -> None:
    with pytest.raises(ImageError) as refusal:
        image.open(make())
    assert refusal.value.code == "not_an_image"
    assert f"not an image that is read here, but {name}" in refusal.value.detail
    assert fix in refusal.value.detail


def saved_by_pillow(file_format: str, **options: Any) -> bytes:
    file = io.BytesIO()
    Image.fromarray(PICTURE).save(file, file_format, **options)
    return file.getvalue()


EXIF = b"Exif\0\0MM\0*\0\0\0\x08\0\0" + bytes(3000)
"""As long as a phone's, with a preview in it."""


@pytest.mark.parametrize(
    ("name", "file", "kept"),
    [
        ("WebP", saved_by_pillow("WEBP"), 0.99),
        ("WebP", saved_by_pillow("WEBP"), 0.4),
        ("JPEG", saved_by_pillow("JPEG", exif=EXIF), 0.4),
        ("GIF", saved_by_pillow("GIF"), 0.1),
        ("AVIF", saved_by_pillow("AVIF"), 0.2),
        ("TIFF", saved_by_pillow("TIFF", compression="tiff_lzw"), 0.4),  # whose directory is at its end
    ],
)
def test_a_file_that_is_cut_short_before_it_can_be_opened_is_called_damaged(
    name: str, file: bytes, kept: float
) -> None:
    with pytest.raises(ImageError, match=f"The {name} file is damaged or cut short") as refusal:
        image.open(file[: int(len(file) * kept)])
    assert refusal.value.code == "unreadable"
    assert "Export or upload it again" in refusal.value.detail


@pytest.mark.parametrize("text", ["BMW is a maker of cars", "P5 was a processor", "Python is a language", "Pfalz"])
def test_text_that_begins_with_a_format_s_letters_is_no_damaged_picture(text: str) -> None:
    with pytest.raises(ImageError) as refusal:
        image.open((text + ", " * 40).encode())
    assert refusal.value.code == "not_an_image"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (imagecodecs.jpegls_encode(PICTURE), "of JPEG-LS"),
        (imagecodecs.jpeg_encode(PICTURE.astype(np.uint16) * 16, bitspersample=12), "of 12 bits"),
        (imagecodecs.ljpeg_encode(PICTURE[..., 0].astype(np.uint16) * 16, bitspersample=12), "lossless"),
    ],
)
def test_a_jpeg_of_a_rarer_kind_is_refused_by_its_name(data: bytes, name: str) -> None:
    with pytest.raises(ImageError, match=f"The JPEG is {name}, which is not read here. Save it") as refusal:
        image.open(data)
    assert refusal.value.code == "unsupported"


def test_noise_is_only_called_no_image() -> None:
    with pytest.raises(ImageError, match="not an image that is read here; JPEG, PNG"):
        image.open(np.random.default_rng(3).bytes(500))
