"""Decoding and fitting, against numpy by hand, against Pillow used plainly, and against what the PNG standard says."""

import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from artifact import image
from artifact.card import ImageSpec
from artifact.errors import ImageError

ORIENTATION = 0x0112
RNG = np.random.default_rng(7)
PIXELS = RNG.integers(0, 256, (22, 30, 3), dtype=np.uint8)
ALPHA = RNG.integers(0, 256, (22, 30), dtype=np.uint8)


def _exactly(pixels, color="rgb", fit="stretch"):
    return ImageSpec(height=pixels.shape[0], width=pixels.shape[1], color=color, fit=fit)


def _smooth(height, width):
    """A picture that JPEG keeps well: uint8 [height, width, 3]."""
    rows, columns = np.mgrid[0:height, 0:width] / 60.0
    waves = [np.sin(columns + channel) * np.cos(rows * (1 + channel / 3)) for channel in range(3)]
    return (127.5 + 120 * np.stack(waves, axis=-1)).astype(np.uint8)


def _on_white(pixels, alpha):
    """Composite by hand: uint8 colours [h, w, 3] or [h, w] under an alpha [h, w]."""
    colours = np.broadcast_to(pixels[..., None], (*pixels.shape, 3)) if pixels.ndim == 2 else pixels
    share = alpha[..., None] / 255.0
    return np.rint(colours * share + 255.0 * (1 - share)).astype(np.int16)


# --- PNG of every kind, written here byte by byte, since Pillow writes only some of them ---------------------------


def _chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _scanlines(samples, depth):
    """Filter type 0 and the packed samples of each row; samples is [h, w, channels]."""
    if samples.size == 0:
        return b""
    rows = samples.reshape(len(samples), -1)
    if depth == 16:
        packed = [row.astype(">u2").tobytes() for row in rows]
    elif depth == 8:
        packed = [row.astype(np.uint8).tobytes() for row in rows]
    else:
        bits = (rows[..., None] >> np.arange(depth - 1, -1, -1)) & 1
        packed = [np.packbits(row.ravel().astype(np.uint8)).tobytes() for row in bits]
    return b"".join(b"\0" + row for row in packed)


def _png(samples, depth, color_type, interlaced=False, extra=b""):
    """Encode samples [h, w, channels] by the PNG standard, perhaps in the seven passes of Adam7."""
    passes = [(0, 0, 1, 1)]
    if interlaced:
        passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
    raw = b"".join(_scanlines(samples[top::down, left::right], depth) for top, left, down, right in passes)
    height, width = samples.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, depth, color_type, 0, 0, interlaced)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + extra
        + _chunk(b"IDAT", zlib.compress(raw))
        + _chunk(b"IEND", b"")
    )


GRAY, RGB, PALETTE, GRAY_ALPHA, RGBA = 0, 2, 3, 4, 6
CHANNELS = {GRAY: 1, RGB: 3, PALETTE: 1, GRAY_ALPHA: 2, RGBA: 4}


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize(
    ("color_type", "depth"),
    [(GRAY, depth) for depth in (1, 2, 4, 8, 16)]
    + [(PALETTE, depth) for depth in (1, 2, 4, 8)]
    + [(color_type, depth) for color_type in (RGB, GRAY_ALPHA, RGBA) for depth in (8, 16)],
)
def test_every_kind_of_png(color_type, depth, interlaced):
    samples = RNG.integers(0, 2**depth, (13, 19, CHANNELS[color_type]))
    palette = RNG.integers(0, 256, (2 ** min(depth, 8), 3), dtype=np.uint8)
    extra = _chunk(b"PLTE", palette.tobytes()) if color_type == PALETTE else b""
    eight = np.rint(samples * (255 / (2**depth - 1)))
    expected = {
        GRAY: lambda: np.repeat(eight, 3, axis=2),
        RGB: lambda: eight,
        PALETTE: lambda: palette[samples[..., 0]].astype(float),
        GRAY_ALPHA: lambda: _on_white(eight[..., 0], eight[..., 1]),
        RGBA: lambda: _on_white(eight[..., :3], eight[..., 3]),
    }[color_type]()
    found = image.load(_png(samples, depth, color_type, interlaced, extra), _exactly(samples)).astype(float)
    # Pillow cuts 16-bit colours down where rounding was expected, and rounds the composite once more
    tolerance = {(GRAY, 8): 0, (GRAY, 16): 0, (RGB, 8): 0}.get((color_type, depth), 0 if color_type == PALETTE else 2)
    np.testing.assert_allclose(found, expected, atol=tolerance)


@pytest.mark.parametrize("depth", [1, 8, 16])  # at 2 and 4 bits Pillow forgets to scale the transparent value
def test_a_transparent_gray_value_shows_white(depth):
    samples = np.arange(2**depth - 2, 2**depth).reshape(1, 2, 1)
    data = _png(samples, depth, GRAY, extra=_chunk(b"tRNS", struct.pack(">H", 2**depth - 2)))
    assert image.load(data, _exactly(samples))[0, 0].tolist() == [255, 255, 255]
    lower = _png(samples - samples.min(), depth, GRAY, extra=_chunk(b"tRNS", struct.pack(">H", 1)))
    assert image.load(lower, _exactly(samples))[0].tolist() == [[0, 0, 0], [255, 255, 255]]


@pytest.mark.parametrize("depth", [8, 16])
def test_a_transparent_colour_shows_white(depth):
    unit = 1 if depth == 8 else 257
    samples = np.array([[[10, 20, 30], [10, 20, 31], [0, 0, 0]]]) * unit
    data = _png(samples, depth, RGB, extra=_chunk(b"tRNS", struct.pack(">HHH", 10 * unit, 20 * unit, 30 * unit)))
    assert image.load(data, _exactly(samples))[0].tolist() == [[255, 255, 255], [10, 20, 31], [0, 0, 0]]


def test_transparent_palette_entries_are_composited():
    palette = np.array([[255, 0, 0], [0, 0, 255]], dtype=np.uint8)
    extra = _chunk(b"PLTE", palette.tobytes()) + _chunk(b"tRNS", bytes([0, 128]))
    found = image.load(_png(np.array([[[0], [1]]]), 8, PALETTE, extra=extra), ImageSpec(1, 2))
    np.testing.assert_allclose(found[0], [[255, 255, 255], [127, 127, 255]], atol=1)


# --- the other formats -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file_format", "options"),
    [
        ("PNG", {}),
        ("WEBP", {"lossless": True}),
        ("BMP", {}),
        ("PPM", {}),
        ("TIFF", {}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("TIFF", {"compression": "tiff_adobe_deflate"}),
    ],
)
def test_an_exactly_sized_picture_of_a_lossless_format_passes_unchanged(file_format, options, encode_image):
    for fit in ("stretch", "crop", "pad"):
        data = encode_image(Image.fromarray(PIXELS), file_format, **options)
        np.testing.assert_array_equal(image.load(data, _exactly(PIXELS, fit=fit)), PIXELS)
        gray = encode_image(Image.fromarray(PIXELS[..., 0]), file_format, **options)
        found = image.load(gray, _exactly(PIXELS, "gray", fit))
        assert found.shape == (*PIXELS.shape[:2], 1)
        np.testing.assert_array_equal(found[..., 0], PIXELS[..., 0])


def test_gray_is_the_luma_of_itu_r_601(encode_image):
    found = image.load(encode_image(Image.fromarray(PIXELS)), _exactly(PIXELS, "gray"))[..., 0]
    np.testing.assert_allclose(found, PIXELS @ [0.299, 0.587, 0.114], atol=1)


@pytest.mark.parametrize("file_format", ["PNG", "WEBP", "TIFF"])
def test_transparency_is_composited_on_white(file_format, encode_image):
    options = {"lossless": True, "exact": True} if file_format == "WEBP" else {}
    data = encode_image(Image.fromarray(np.dstack([PIXELS, ALPHA])), file_format, **options)
    np.testing.assert_allclose(image.load(data, _exactly(PIXELS)), _on_white(PIXELS, ALPHA), atol=1)


def test_a_transparent_gif_pixel_shows_white(encode_image):
    picture = Image.fromarray(np.array([[0, 1]], dtype=np.uint8), "P")
    picture.putpalette([200, 0, 0, 0, 0, 200])
    found = image.load(encode_image(picture, "GIF", transparency=1), ImageSpec(1, 2))
    assert found[0].tolist() == [[200, 0, 0], [255, 255, 255]]


def test_black_and_white(encode_image):
    bits = RNG.integers(0, 2, (9, 11)).astype(bool)
    for file_format, options in (("PNG", {}), ("PPM", {}), ("BMP", {}), ("TIFF", {"compression": "group4"})):
        found = image.load(encode_image(Image.fromarray(bits), file_format, **options), ImageSpec(9, 11, "gray"))
        np.testing.assert_array_equal(found[..., 0], bits * 255)


@pytest.mark.parametrize(("file_format", "compression"), [("PNG", None), ("TIFF", None), ("TIFF", "tiff_lzw")])
def test_sixteen_bits_are_scaled_and_not_clipped(file_format, compression, encode_image):
    deep = np.array([[0, 128, 129, 257, 40_000, 65_535]], dtype=np.uint16)
    options = {"compression": compression} if compression else {}
    found = image.load(encode_image(Image.fromarray(deep), file_format, **options), ImageSpec(1, 6, "gray"))
    assert found[0, :, 0].tolist() == [0, 0, 1, 1, 156, 255]


def test_a_sixteen_bit_pgm():
    data = b"P5\n3 1\n65535\n" + np.array([0, 40_000, 65_535], dtype=">u2").tobytes()
    assert image.load(data, ImageSpec(1, 3, "gray"))[0, :, 0].tolist() == [0, 156, 255]


@pytest.mark.parametrize("color", ["rgb", "gray"])
@pytest.mark.parametrize("save", [{"file_format": "TIFF"}, {"file_format": "JPEG", "quality": 95}])
def test_inks_become_light(save, color, encode_image):
    inks = np.zeros((64, 64, 4), dtype=np.uint8)
    inks[:32, :32, 0], inks[:32, 32:, 1], inks[32:, :32, 2], inks[32:, 32:, 3] = 255, 200, 100, 128
    light = (255 - inks[..., :3].astype(float)) * (255 - inks[..., 3:]) / 255
    expected = light if color == "rgb" else light @ [[0.299], [0.587], [0.114]]
    found = image.load(encode_image(Image.fromarray(inks, "CMYK"), **save), ImageSpec(64, 64, color)).astype(float)
    inside = np.r_[4:28, 36:60]  # away from the edges, where JPEG rings
    np.testing.assert_allclose(found[inside][:, inside], expected[inside][:, inside], atol=5)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"progressive": True},
        {"subsampling": "4:4:4"},
        {"subsampling": "4:2:0", "progressive": True},
        {"keep_rgb": True},
        {"optimize": True, "restart_marker_rows": 1},
    ],
)
@pytest.mark.parametrize("color", ["rgb", "gray"])
def test_jpeg_of_every_kind_is_close_to_what_was_saved(options, color, encode_image):
    pixels = _smooth(50, 70)
    expected = pixels if color == "rgb" else pixels @ [[0.299], [0.587], [0.114]]
    data = encode_image(Image.fromarray(pixels), "JPEG", quality=95, **options)
    assert np.abs(image.load(data, _exactly(pixels, color)) - expected.astype(float)).mean() < 2.5
    assert image.decode(data).size == (70, 50)


def test_a_gray_jpeg(encode_image):
    pixels = _smooth(50, 70)[..., 0]
    found = image.load(encode_image(Image.fromarray(pixels), "JPEG", quality=95), ImageSpec(50, 70))
    assert np.abs(found - pixels[..., None].astype(float)).mean() < 1.5


@pytest.mark.parametrize("file_format", ["GIF", "WEBP", "PNG", "TIFF", "MPO"])
def test_of_several_frames_the_first_is_read(file_format, encode_image):
    frames = [Image.new("RGB", (16, 12), colour) for colour in ("red", "blue", "lime")]
    data = encode_image(frames[0], file_format, save_all=True, append_images=frames[1:])
    with Image.open(io.BytesIO(data)) as reopened:
        assert reopened.n_frames == 3
    np.testing.assert_allclose(image.load(data, ImageSpec(12, 16))[6, 8], [255, 0, 0], atol=3)


# --- EXIF orientation ------------------------------------------------------------------------------------------------

AS_STORED = {
    1: lambda upright: upright,
    2: np.fliplr,
    3: lambda upright: np.rot90(upright, 2),
    4: np.flipud,
    5: lambda upright: np.swapaxes(upright, 0, 1),
    6: lambda upright: np.rot90(upright, 1),
    7: lambda upright: np.rot90(np.swapaxes(upright, 0, 1), 2),
    8: lambda upright: np.rot90(upright, -1),
}
"""How a camera stores an upright picture that it marks with an orientation (EXIF 2.32, section 4.6.4, tag 274)."""


@pytest.mark.parametrize("orientation", AS_STORED)
@pytest.mark.parametrize(
    ("file_format", "options", "mode"),
    [
        ("PNG", {}, "RGB"),
        ("PNG", {}, "L"),
        ("PNG", {}, "I;16"),
        ("PNG", {}, "1"),
        ("WEBP", {"lossless": True}, "RGB"),
        ("TIFF", {}, "RGB"),
        ("TIFF", {"compression": "tiff_lzw"}, "RGB"),
        ("TIFF", {}, "I;16"),
        ("TIFF", {}, "CMYK"),
        ("TIFF", {"compression": "tiff_lzw"}, "CMYK"),
    ],
)
def test_all_orientations_give_one_tensor(orientation, file_format, options, mode, encode_image):
    def save(pixels, **exif):
        pixels = np.ascontiguousarray(pixels)
        picture = Image.fromarray(pixels[..., 0].astype(np.uint16) * 257 if mode == "I;16" else pixels)
        return encode_image(
            picture if mode == "I;16" else picture.convert(mode, dither=0), file_format, **options, **exif
        )

    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    turned = save(AS_STORED[orientation](PIXELS), exif=exif)
    for spec in (_exactly(PIXELS), ImageSpec(8, 20, fit="crop")):
        np.testing.assert_array_equal(image.load(turned, spec), image.load(save(PIXELS), spec))


@pytest.mark.parametrize("orientation", AS_STORED)
def test_a_turned_jpeg_decoded_at_reduced_scale_is_upright(orientation, encode_image):
    pixels = _smooth(300, 500)
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    stored = Image.fromarray(np.ascontiguousarray(AS_STORED[orientation](pixels)))
    found = image.load(encode_image(stored, "JPEG", quality=95, exif=exif), ImageSpec(60, 100))
    plain = np.asarray(Image.fromarray(pixels).resize((100, 60), Image.Resampling.BILINEAR)).astype(float)
    assert np.abs(found - plain).mean() < 3


@pytest.mark.parametrize("value", [0, 9, 65535])
def test_an_orientation_without_meaning_is_upright(value, encode_image):
    exif = Image.Exif()
    exif[ORIENTATION] = value
    found = image.load(encode_image(Image.fromarray(PIXELS), exif=exif), _exactly(PIXELS))
    np.testing.assert_array_equal(found, PIXELS)


@pytest.mark.parametrize(
    "exif", [b"garbage", b"Exif\0\0", b"Exif\0\0MM\0*\xff\xff\xff\xff", b"Exif\0\0II*\0\x08\0\0\0\xff\xff"]
)
def test_damaged_exif_data_do_not_spoil_the_pixels(exif, encode_image):
    data = encode_image(Image.fromarray(PIXELS), "PNG", exif=exif)
    np.testing.assert_array_equal(image.load(data, _exactly(PIXELS)), PIXELS)


# --- fitting ---------------------------------------------------------------------------------------------------------


def _thirds(mode="RGB"):
    """Red, green and blue thirds of 10 x 10 pixels, side by side."""
    picture = Image.new(mode, (30, 10))
    for third, colour in enumerate(("red", "lime", "blue")):
        picture.paste(colour, (10 * third, 0, 10 * third + 10, 10))
    return picture


RED, GREEN, BLUE, BLACK = [255, 0, 0], [0, 255, 0], [0, 0, 255], [0, 0, 0]


def test_crop_takes_the_middle(encode_image):
    data = encode_image(_thirds())
    assert (image.load(data, ImageSpec(10, 10, fit="crop")) == GREEN).all()
    assert (image.load(data, ImageSpec(40, 40, fit="crop"))[:, 10:30] == GREEN).all()
    upright = encode_image(_thirds().transpose(Image.Transpose.ROTATE_90))
    assert (image.load(upright, ImageSpec(10, 10, fit="crop")) == GREEN).all()


def test_pad_keeps_everything_between_black_bars(encode_image):
    found = image.load(encode_image(_thirds()), ImageSpec(30, 30, fit="pad"))
    assert (found[:10] == BLACK).all()
    assert (found[20:] == BLACK).all()
    assert found[10:20].tolist() == [[RED] * 10 + [GREEN] * 10 + [BLUE] * 10] * 10
    found = image.load(encode_image(_thirds()), ImageSpec(10, 40, fit="pad"))
    assert found.tolist() == [[BLACK] * 5 + [RED] * 10 + [GREEN] * 10 + [BLUE] * 10 + [BLACK] * 5] * 10


def test_pad_puts_transparency_on_white_and_bars_in_black(encode_image):
    found = image.load(encode_image(Image.new("RGBA", (20, 10), (0, 0, 0, 0))), ImageSpec(20, 20, fit="pad"))
    assert (found[5:15] == 255).all()
    assert (found[:5] == 0).all()
    assert (found[15:] == 0).all()


def test_stretch_keeps_everything_and_no_shape(encode_image):
    found = image.load(encode_image(_thirds()), ImageSpec(20, 15))
    assert found.shape == (20, 15, 3)
    for column, colour in ((2, RED), (7, GREEN), (12, BLUE)):
        assert (found[:, column] == colour).all()


@given(
    size=st.tuples(st.integers(1, 400), st.integers(1, 400)),
    spec=st.builds(
        ImageSpec,
        st.integers(1, 300),
        st.integers(1, 300),
        st.sampled_from(["rgb", "gray"]),
        st.sampled_from(["crop", "pad", "stretch"]),
    ),
)
@example(size=(7, 10), spec=ImageSpec(100, 100, fit="crop"))  # rounding put the box 1e-16 outside the picture
@example(size=(1, 4000), spec=ImageSpec(224, 224, fit="pad"))
@example(size=(4000, 1), spec=ImageSpec(224, 224, fit="crop"))
def test_any_picture_fits_any_input(size, spec, encode_image):
    found = image.load(encode_image(Image.new("L", size, 255), compress_level=1), spec)
    assert found.shape == (spec.height, spec.width, spec.channels)
    assert found.max() == 255
    assert spec.fit == "pad" or found.min() == 255


@pytest.mark.parametrize("spec", [ImageSpec(10, 14), ImageSpec(7, 9, "gray"), ImageSpec(50, 80), ImageSpec(22, 9)])
@pytest.mark.parametrize("file_format", ["PNG", "BMP", "TIFF", "WEBP"])
def test_resizing_is_pillows_own_antialiased_bilinear(spec, file_format, encode_image):
    data = encode_image(Image.fromarray(PIXELS), file_format, **({"lossless": True} if file_format == "WEBP" else {}))
    with Image.open(io.BytesIO(data)) as opened:
        plain = ImageOps.exif_transpose(opened).convert("L" if spec.color == "gray" else "RGB")
    expected = np.asarray(plain.resize((spec.width, spec.height), Image.Resampling.BILINEAR))
    np.testing.assert_array_equal(image.load(data, spec).reshape(expected.shape), expected)


def test_shrinking_averages_with_a_triangle_of_the_scales_width(encode_image):
    wide = RNG.integers(0, 256, (1, 120), dtype=np.uint8)
    centres = (np.arange(20) + 0.5) * 6
    weights = np.maximum(0, 1 - np.abs(np.arange(120)[None] + 0.5 - centres[:, None]) / 6)
    expected = (weights @ wide[0]) / weights.sum(axis=1)
    found = image.load(encode_image(Image.fromarray(wide)), ImageSpec(1, 20, "gray"))
    np.testing.assert_allclose(found[0, :, 0], expected, atol=1)


@pytest.mark.parametrize("fit", ["stretch", "crop", "pad"])
@pytest.mark.parametrize("size", [(304, 400), (704, 512), (1104, 904)])
def test_a_jpeg_at_reduced_scale_is_close_to_one_decoded_in_full(size, fit, encode_image):
    pixels = _smooth(*size).astype(float) + RNG.normal(0, 12, (*size, 3))
    data = encode_image(Image.fromarray(pixels.clip(0, 255).astype(np.uint8)), "JPEG", quality=90)
    with Image.open(io.BytesIO(data)) as opened:
        in_full = encode_image(opened, "PNG", compress_level=1)
    spec = ImageSpec(96, 96, fit=fit)
    assert np.abs(image.load(data, spec).astype(float) - image.load(in_full, spec)).mean() < 1.5
    assert image.decode(data, spec).width < size[1]


def test_a_jpeg_whose_size_is_no_multiple_of_the_scale_is_off_by_less_than_a_pixel(encode_image):
    data = encode_image(Image.fromarray(_smooth(1101, 901)), "JPEG", quality=95)
    found = image.load(data, ImageSpec(96, 96)).astype(float)
    plain = np.asarray(Image.fromarray(_smooth(1101, 901)).resize((96, 96), Image.Resampling.BILINEAR)).astype(float)
    a_pixel_away = np.abs(plain[:-1, :-1] - plain[1:, 1:]).mean()
    assert np.abs(found - plain).mean() < a_pixel_away / 2


@pytest.mark.parametrize("spec", [ImageSpec(100, 100), ImageSpec(50, 150), ImageSpec(150, 50)])
def test_a_reduced_jpeg_still_covers_the_input_both_ways(spec, encode_image):
    data = encode_image(Image.fromarray(_smooth(310, 460)), "JPEG")
    assert min(image.decode(data, spec).size) >= max(spec.height, spec.width)


# --- refusals --------------------------------------------------------------------------------------------------------


def _declared(width, height):
    """A PNG that declares a size and holds next to nothing."""
    header = struct.pack(">IIBBBBB", width, height, 8, GRAY, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(bytes(99)))


def _file(file_format="PNG", **options):
    file = io.BytesIO()
    Image.fromarray(_smooth(64, 64)).save(file, file_format, **options)
    return file.getvalue()


SMALL = image.Limits(bytes=5000, pixels=1000, working_bytes=10_000)


@pytest.mark.parametrize(
    ("data", "limits", "code", "limit"),
    [
        (b"", image.Limits(), "empty", None),
        (b"plain text", image.Limits(), "not_an_image", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", image.Limits(), "not_an_image", None),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", image.Limits(), "not_an_image", None),
        (_file("ICO", sizes=[(16, 16)]), image.Limits(), "not_an_image", None),
        (_file()[:20], image.Limits(), "not_an_image", None),
        (_file()[:-300], image.Limits(), "unreadable", None),
        (_file("JPEG", quality=95)[:-300], image.Limits(), "unreadable", None),
        (_file("GIF")[:-300], image.Limits(), "unreadable", None),
        (_file("BMP")[:-300], image.Limits(), "unreadable", None),
        (_file("PPM")[:-300], image.Limits(), "unreadable", None),
        (_declared(90, 10), image.Limits(), "unreadable", None),
        (bytes(5001), SMALL, "too_many_bytes", 5000),
        (_declared(101, 10), SMALL, "too_many_pixels", 1000),
        (_declared(100, 100_000), image.Limits(pixels=9_999_999), "too_many_pixels", 9_999_999),
        (_declared(20_000, 20_000), image.Limits(), "too_many_pixels", 64_000_000),
        (_file(), image.Limits(working_bytes=10_000), "too_many_pixels", 10_000),
        (_file("JPEG", progressive=True), image.Limits(working_bytes=20_000), "too_many_pixels", 20_000),
    ],
)
def test_what_is_refused_has_a_code_and_says_what_to_do(data, limits, code, limit):
    with pytest.raises(ImageError) as refusal:
        image.load(data, ImageSpec(8, 8), limits)
    assert (refusal.value.code, refusal.value.limit) == (code, limit)
    assert refusal.value.detail == str(refusal.value)
    assert len(refusal.value.detail.split(". ")) > 1


def test_a_file_and_a_picture_at_the_limit_pass(encode_image):
    data = encode_image(Image.fromarray(PIXELS))
    image.load(data, ImageSpec(8, 8), image.Limits(bytes=len(data), pixels=22 * 30))


def test_floating_point_samples_are_refused_with_the_way_out(encode_image):
    data = encode_image(Image.fromarray(np.ones((4, 4), np.float32)), "TIFF")
    with pytest.raises(ImageError, match=r"floating-point.*PNG"):
        image.load(data, ImageSpec(4, 4))


# --- memory: measured in a fresh process, since the peak of a process never falls -----------------------------------

MEASURE = """
import resource, sys
from artifact import image
from artifact.card import ImageSpec

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

data, warm = (open(path, "rb").read() for path in sys.argv[1:])
image.load(warm, ImageSpec(8, 8))
before = peak()
for megabytes in range(1, 200):
    try:
        image.load(data, ImageSpec(64, 64), image.Limits(working_bytes=megabytes * 2**20))
        break
    except image.ImageError as error:
        if error.limit != megabytes * 2**20:
            break
print(megabytes, (peak() - before) / 2**20)
"""
REPOSITORY = Path(image.__file__).parents[1]


@pytest.fixture
def measure(tmp_path):
    """Return (the least working memory, in MB, that a file is decoded with; the growth in MB while it was)."""

    def run(data):
        (tmp_path / "picture").write_bytes(data)
        (tmp_path / "warm").write_bytes(_file(data[1:4].decode() if data[1:4] == b"PNG" else "JPEG"))
        command = [sys.executable, "-c", MEASURE, tmp_path / "picture", tmp_path / "warm"]
        output = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
        return tuple(float(word) for word in output.split())

    return run


def test_a_bomb_takes_no_memory(measure):
    allowed, grown = measure(_declared(20_000, 20_000))
    assert allowed == 1
    assert grown < 20


@pytest.mark.parametrize(
    ("mode", "file_format", "options"),
    [
        ("L", "PNG", {}),
        ("L", "PNG", {"transparency": 0}),
        ("RGB", "PNG", {}),
        ("RGB", "PNG", {"transparency": (0, 0, 0)}),
        ("RGBA", "PNG", {}),
        ("P", "PNG", {"transparency": b"\0\x80"}),
        ("I;16", "PNG", {}),
        ("CMYK", "TIFF", {"compression": "tiff_lzw"}),
        ("RGB", "WEBP", {"lossless": True, "method": 0}),
        ("RGB", "JPEG", {"progressive": True}),
    ],
)
def test_decoding_stays_within_the_memory_that_it_was_allowed(mode, file_format, options, measure, encode_image):
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # turning takes a second copy
    if mode == "I;16":
        picture = Image.fromarray(np.zeros((1500, 1500), np.uint16))
    else:
        picture = Image.fromarray(_smooth(1500, 1500)).convert(mode)
    speed = {"compress_level": 1} if file_format == "PNG" else {}
    allowed, grown = measure(encode_image(picture, file_format, exif=exif, **speed, **options))
    assert grown < allowed + 8
