"""Lists in the encodings and forms that spreadsheets and people write, byte for byte as these do."""

import pytest

from tests.training.reading.listings import HALVES, NAMES, Write, counts_of, find_beside, kind_of, table_of
from training.errors import TrainingError

_UMLAUTS = {"cat": "Käse", "dog": "Brötchen"}


@pytest.mark.parametrize(
    ("encoding", "delimiter", "said"),
    [
        ("utf-16", "\t", ""),  # Excel's "Unicode Text (*.txt)", which people rename
        ("utf-16-le", ",", "as UTF-16"),  # PowerShell 5's Out-File without its mark
        ("utf-16-be", ",", "as UTF-16"),
        ("cp1252", ";", "as Windows-1252"),  # a German Excel's "CSV (Trennzeichen-getrennt)"
        ("utf-8-sig", ";", ""),  # its "CSV UTF-8"
    ],
)
@pytest.mark.parametrize("ends", ["\r\n", "\r"])
def test_the_encodings_that_spreadsheets_write_are_read(
    encoding: str, delimiter: str, said: str, ends: str, write: Write
) -> None:
    rows = [f"images/{name}.png{delimiter}{_UMLAUTS[kind_of(name)]}" for name in NAMES]
    data = ends.join([f"path{delimiter}label", *rows]).encode(encoding)
    listing = find_beside(write, "list.csv", data)
    assert counts_of(listing) == {("train", label): 4 for label in _UMLAUTS.values()}
    assert said in listing.layout


@pytest.mark.parametrize(
    ("encoding", "labels"),
    [("cp1251", ("кот", "собака")), ("shift-jis", ("猫", "犬")), ("mac-roman", ("Käse", "Möhre"))],
)
def test_letters_of_an_unknown_encoding_are_refused_rather_than_read_as_others(
    encoding: str, labels: tuple[str, str], write: Write
) -> None:
    data = table_of(lambda name, at: f"images/{name}.png,{labels[at % 2]}", "path,label").decode().encode(encoding)
    with pytest.raises(TrainingError, match="its encoding is not known"):
        find_beside(write, "list.csv", data)


@pytest.mark.parametrize(
    ("before", "delimiter"),
    [
        (["sep=;", "path;label"], ";"),
        (['"sep=|"', "path|label"], "|"),
        (["# made by hand, checked twice", "# 2024", "", "path,label"], ","),
        (["#path,label"], ","),  # numpy 2's savetxt with a header
        (["# filename;class"], ";"),
    ],
)
def test_what_excel_and_people_put_before_the_rows_is_no_row(before: list[str], delimiter: str, write: Write) -> None:
    rows = [f"images/{name}.png{delimiter}{kind_of(name)}" for name in NAMES]
    assert counts_of(find_beside(write, "list.csv", "\r\n".join([*before, *rows]).encode())) == HALVES


def test_a_row_without_a_class_among_many_with_one_is_named_and_left_out(write: Write) -> None:
    data = table_of(lambda name, at: f"images/{name}.png,{kind_of(name) if at else ''}", "path,label")
    listing = find_beside(write, "list.csv", data)
    assert counts_of(listing) == {("train", "cat"): 3, ("train", "dog"): 4}
    assert [(entry.file, "says no class" in entry.reason) for entry in listing.unused] == [("images/cat0.png", True)]


def test_labels_that_differ_in_their_capitals_only_are_one_class(write: Write) -> None:
    data = table_of(lambda name, at: f"images/{name}.png,{kind_of(name).title() if at < 2 else kind_of(name)}")
    assert counts_of(find_beside(write, "list.csv", data)) == HALVES
