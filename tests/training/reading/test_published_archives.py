"""Archives and Arrow tables as published data sets bring them."""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.training.reading.listings import counts_of
from training.errors import TrainingError
from training.reading import sources
from training.reading.found import Asked

Write = Callable[..., Path]
ALL = {("train", "cat"): 4, ("train", "dog"): 4}
SPLIT = {("train", "cat"): 3, ("train", "dog"): 3, ("test", "cat"): 1, ("test", "dog"): 1}


def zipped(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


LOOSE = {f"{at}.jpg": bytes([at]) for at in range(4)}
CLASSES = {f"{kind}/{name}": data for kind in ("cat", "dog") for name, data in LOOSE.items()}


@pytest.mark.parametrize(
    ("archives", "expected"),
    [
        ({"cat.zip": LOOSE, "dog.zip": LOOSE}, ALL),  # Teachable Machine: one for each class
        ({"cat/images.zip": LOOSE, "dog/images.zip": LOOSE}, ALL),
        ({"data.zip": CLASSES | {"__MACOSX/cat/._0.jpg": b"x"}}, ALL),
        ({"train.zip": CLASSES, "test.zip": CLASSES}, ALL | {("test", "cat"): 4, ("test", "dog"): 4}),
    ],
)
def test_archives_in_a_folder_without_images_are_read(
    archives: dict[str, dict[str, bytes]], expected: dict[tuple[str, str], int], write: Write
) -> None:
    listing = sources.find(write({name: zipped(files) for name, files in archives.items()}))
    assert counts_of(listing) == expected
    assert "read from " in listing.layout
    assert {entry.read() for entry in listing.found} == set(LOOSE.values())


def test_a_zip_that_was_cut_short_is_called_that(tmp_path: Path) -> None:
    path = tmp_path / "photos.zip"
    path.write_bytes(zipped(CLASSES)[:-30])
    with pytest.raises(TrainingError, match=r"photos\.zip is no \.zip, or one that is damaged or cut short"):
        sources.find(path)


def test_an_archive_beside_images_is_counted_and_not_read(write: Write) -> None:
    listing = sources.find(write(CLASSES | {"cat.zip": zipped(LOOSE)}))
    assert counts_of(listing) == ALL
    assert "1 .zip (an archive inside: unpack it)" in listing.passed.sentence()


def test_a_damaged_archive_in_a_folder_is_an_error_that_names_it(write: Write) -> None:
    with pytest.raises(TrainingError, match=r"cat\.zip is damaged"):
        sources.find(write({"cat.zip": zipped(LOOSE)[:100], "dog.zip": zipped(LOOSE)}))


TABLE = pa.table(
    {
        "image": [{"bytes": bytes([at]), "path": None} for at in range(8)],
        "label": [0, 1] * 4,
        "split": ["train"] * 6 + ["test"] * 2,
        "patient_id": [f"p{at // 2}" for at in range(8)],
    }
).replace_schema_metadata({"huggingface": '{"info": {"features": {"label": {"names": ["cat", "dog"]}}}}'})


def arrow(path: Path, opens: Callable[..., pa.ipc.RecordBatchStreamWriter]) -> None:
    with opens(path, TABLE.schema) as writer:
        writer.write_table(TABLE)


@pytest.mark.parametrize("kind", ["parquet", "stream", "file"])
def test_columns_of_the_split_and_of_groups_are_read_in_parquet_and_arrow(kind: str, tmp_path: Path) -> None:
    if kind == "parquet":
        pq.write_table(TABLE, tmp_path / "a.parquet")
    else:  # datasets' save_to_disk writes streams
        arrow(tmp_path / "data-00000-of-00001.arrow", pa.ipc.new_stream if kind == "stream" else pa.ipc.new_file)
    (tmp_path / "state.json").write_text("{}")
    listing = sources.find(tmp_path)
    assert counts_of(listing) == SPLIT
    assert [entry.group for entry in listing.found] == [f"p{at // 2}" for at in range(8)]
    assert listing.grouping is not None


def test_a_split_of_no_known_name_in_parquet_is_refused_and_not_learned_from(tmp_path: Path) -> None:
    column = pa.array(["train"] * 5 + ["test"] * 2 + ["extra"])
    pq.write_table(TABLE.set_column(2, "split", column), tmp_path / "a.parquet")
    with pytest.raises(TrainingError, match=r"Row 8 of .*a\.parquet is of 'extra', which is the name of no split"):
        sources.find(tmp_path)
    assert counts_of(sources.find(tmp_path, Asked(split_column="none"))) == ALL


def test_damaged_arrow_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "a.arrow").write_bytes(b"\xff\xff\xff\xff\x10\0\0\0no table")
    with pytest.raises(TrainingError, match=r"a\.arrow is damaged or no table"):
        sources.find(tmp_path)


@pytest.mark.parametrize("everything", [False, True])
def test_an_encrypted_entry_is_an_error_of_that_file_and_of_the_archive_where_all_are(
    everything: bool, write: Write
) -> None:
    archive = write(CLASSES, "zip")
    with zipfile.ZipFile(archive) as opened:
        entries = opened.infolist()[: None if everything else 1]
    data = bytearray(archive.read_bytes())
    start = data.index(b"PK\x01\x02")
    central = [at for at in range(start, len(data)) if data[at : at + 4] == b"PK\x01\x02"]
    for entry, at in zip(entries, central, strict=False):
        data[entry.header_offset + 6] |= 1
        data[at + 8] |= 1
    archive.write_bytes(data)
    if everything:
        with pytest.raises(TrainingError, match=r"encrypted with a password\. Unpack it, and give the folder"):
            sources.find(archive)
    else:
        with pytest.raises(OSError, match="encrypted"):
            sources.find(archive).found[0].read()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("data.7z", b"7z\xbc\xaf\x27\x1c\0\4", "it is a 7-Zip archive. Unpack it first, and give the folder"),
        ("data.rar", b"Rar!\x1a\7\1\0", "it is a RAR archive. Unpack it first"),
        ("data.tar.zst", b"\x28\xb5\x2f\xfd\4\0", "it is compressed by Zstandard. Unpack it first"),
        ("photo.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0\1", "it is one image, and a folder of them was expected"),
        ("data.zip", b"<!doctype html><title>Sign in</title>", "is no .zip, or one that is damaged"),
    ],
)
def test_a_file_that_is_not_read_is_called_what_it_is(name: str, data: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(TrainingError, match=re.escape(words)):
        sources.find(path)


def test_a_zip_of_zips_is_said_to_be_unpacked(write: Write) -> None:
    archive = write({"train.zip": zipped(CLASSES), "test.zip": zipped(CLASSES)}, "zip")
    with pytest.raises(TrainingError, match=r"no images, but 2 \.zip\. Unpack the archives in it first\."):
        sources.find(archive)
