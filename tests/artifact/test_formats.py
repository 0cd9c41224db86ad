"""The table of formats: each row answers for itself, and nothing else in the project lists formats."""

import re
import typing
from pathlib import Path

import pytest

from artifact import formats, image
from artifact.errors import ImageCode, ImageError
from artifact.limits import Limits
from service import problems

ROOT = Path(__file__).parents[2]
SOURCES = [
    path
    for tree in ("artifact", "service", "training", "doctor")
    for path in (ROOT / tree).rglob("*")
    if path.suffix in (".py", ".html", ".js") and "formats" not in path.relative_to(ROOT).parts
]


def test_names_suffixes_and_media_types_are_of_one_row_each() -> None:
    for attribute in ("suffixes", "media_types"):
        every = [value for row in formats.TABLE for value in getattr(row, attribute)]
        assert len(every) == len(set(every))
        assert all(value == value.lower() for value in every)
    assert all(suffix.startswith(".") for suffix in formats.SUFFIXES)
    assert len({row.name for row in formats.TABLE}) == len(formats.TABLE)


def test_no_list_of_formats_stands_elsewhere() -> None:
    suffixes = "|".join(sorted(suffix[1:] for suffix in formats.SUFFIXES - {".jpg", ".png"}))
    kinds = "|".join(map(re.escape, sorted(set(formats.MEDIA_TYPES) - {"image/jpeg", "image/png"})))
    names = "|".join(sorted(row.name for row in formats.TABLE if row.name not in ("JPEG", "PNG")))
    listed = re.compile(rf"""["']\.(?:{suffixes})["']|{kinds}|(?:PNG|JPEG), ?(?:{names})""")
    found = {
        f"{path.relative_to(ROOT)}: {match.group()}" for path in SOURCES for match in listed.finditer(path.read_text())
    }
    assert not found


def test_every_code_of_an_image_error_has_a_status() -> None:
    for code in typing.get_args(ImageCode):
        assert 400 <= problems.from_image_error(ImageError(code, "A sentence.")).status < 500


def test_the_names_make_a_sentence() -> None:
    assert formats.names(("JPEG",)) == "JPEG"
    assert formats.names(("JPEG", "PNG")) == "JPEG or PNG"
    assert formats.names(("JPEG", "PNG", "GIF")) == "JPEG, PNG or GIF"


def test_a_format_that_is_switched_off_is_refused_by_name() -> None:
    with pytest.raises(ImageError, match=r"GIF, which is switched off here; JPEG or PNG was expected") as refusal:
        image.open(b"GIF89a and more", Limits(formats=("JPEG", "PNG")))
    assert refusal.value.code == "not_an_image"
