"""Lists and archives as people bring them to a batch; lists are read as training reads them."""

import io
import json
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from artifact.passed import PassedOver
from service.batch import listing
from service.batch.lists import InputError
from service.batch.reading import Reader
from tests.service.batches import assert_every_image_once, make_images
from tests.service.pictures import picture

NAMES = ["photos/a.png", "photos/b c.png", "photos/ü.png"]


def lines(*rows: str, ends: str = "\n") -> str:
    return ends.join([*rows, ""])


LISTS: dict[str, tuple[str, bytes]] = {
    **{
        f"heading {name}": ("a.csv", lines(f"n,{name}", *(f"{at},{path}" for at, path in enumerate(NAMES))).encode())
        for name in ("file", "filename", "file_name", "image", "Image Path", "url", "id", "img")
    },
    "pandas' index": ("a.csv", lines(",file,label", *(f"{at},{path},x" for at, path in enumerate(NAMES))).encode()),
    "no heading": ("a.csv", lines(*(f"{path},cat" for path in NAMES)).encode()),
    "no heading, label first": ("a.csv", lines(*(f"cat,{path}" for path in NAMES)).encode()),
    "one a line": ("a.txt", lines(*NAMES).encode()),
    "ImageNet's": ("a.txt", lines(*(f"{path} 0" for path in ("photos/a.png", "photos/ü.png"))).encode()),
    "tabs": ("a.tsv", lines("label\tfile", *(f"cat\t{path}" for path in NAMES)).encode()),
    "semicolons": ("a.csv", lines("label;file", *(f"cat;{path}" for path in NAMES)).encode()),
    "Excel's sep=": ("a.csv", lines("sep=;", "file;label", *(f"{path};cat" for path in NAMES), ends="\r\n").encode()),
    "BOM": ("a.csv", lines("file,label", *(f"{path},cat" for path in NAMES)).encode("utf-8-sig")),
    "UTF-16": ("a.csv", lines("file\tlabel", *(f"{path}\tcat" for path in NAMES)).encode("utf-16")),
    "Windows-1252": ("a.csv", lines("file,label", *(f"{path},schön" for path in NAMES)).encode("cp1252")),
    "Mac's line ends": ("a.csv", lines("file,label", *(f"{path},cat" for path in NAMES), ends="\r").encode()),
    "quotes": ("a.csv", lines('"label","file"', *(f'"a, ""b""\nc","{path}"' for path in NAMES)).encode()),
    "JSON lines": ("a.jsonl", lines(*(json.dumps({"y": 1, "file_name": path}) for path in NAMES)).encode()),
    "JSON": ("a.json", json.dumps([{"image": path} for path in NAMES]).encode()),
    "COCO": (
        "a.json",
        json.dumps(
            {
                "images": [{"id": at, "file_name": path} for at, path in enumerate(NAMES)],
                "annotations": [],
                "categories": [],
            }
        ).encode(),
    ),
}


def found(path: Path, column: str | None = None) -> list[str]:
    return list(listing.of(str(path), column).paths(PassedOver()))


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_is_read_by_its_heading_and_its_cells(kind: str, tmp_path: Path) -> None:
    name, data = LISTS[kind]
    (tmp_path / name).write_bytes(data)
    expected = ["photos/a.png", "photos/ü.png"] if kind == "ImageNet's" else NAMES
    assert found(tmp_path / name) == expected


def test_parquet_is_read_by_its_headings(tmp_path: Path) -> None:
    pq.write_table(pa.table({"label": ["x"] * 3, "image_path": NAMES, "size": [1, 2, 3]}), tmp_path / "a.parquet")
    assert found(tmp_path / "a.parquet") == NAMES
    images = pa.table({"image": [{"bytes": b"x", "path": "a.png"}], "label": [1]})
    pq.write_table(images, tmp_path / "b.parquet")
    with pytest.raises(InputError, match=r"has the columns image, label; .*holds the images themselves"):
        found(tmp_path / "b.parquet")


def test_the_user_can_name_the_column(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("image,photo\na.png,b.png\n")
    assert found(tmp_path / "a.csv", "photo") == ["b.png"]
    assert found(tmp_path / "a.csv", "2") == ["b.png"]
    with pytest.raises(InputError, match="columns image, photo; none is named what, as --path-column says"):
        found(tmp_path / "a.csv", "what")
    with pytest.raises(InputError, match=r"--path-column names a column of a list, and .* is no list"):
        found(tmp_path, "photo")


def test_a_column_named_path_takes_precedence(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("image,path\na.png,b.png\n")
    assert found(tmp_path / "a.csv") == ["b.png"]


def test_backslashes_are_separators_where_the_file_is_found_only_so(tmp_path: Path) -> None:
    make_images(tmp_path / "photos", 2)
    (tmp_path / "a.csv").write_text("file,label\nphotos\\000.png,1\nphotos\\001.png,0\n")
    assert found(tmp_path / "a.csv") == ["photos/000.png", "photos/001.png"]
    (tmp_path / "b.csv").write_text("file,label\nelsewhere\\000.png,1\n")
    assert found(tmp_path / "b.csv") == ["elsewhere\\000.png"]


def test_a_long_list_is_read_to_its_end(tmp_path: Path) -> None:
    names = [f"{number:05d}.png" for number in range(3000)]
    (tmp_path / "a.csv").write_text("\n".join(["label,file", *(f"x,{name}" for name in names)]))
    assert found(tmp_path / "a.csv") == names


def tar(names: list[str]) -> bytes:
    """A shard as WebDataset lays it out: images and labels of one stem, in order."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for number, name in enumerate(names):
            for member, data in ((name, picture(number)), (name.replace(".png", ".cls"), b"1")):
                entry = tarfile.TarInfo(member)
                entry.size = len(data)
                archive.addfile(entry, io.BytesIO(data))
    return file.getvalue()


def zipped(names: list[str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("deep/", b"")
        for number, name in enumerate(names):
            archive.writestr(name, picture(number))
            archive.writestr(f"__MACOSX/._{name}", b"x")
    return file.getvalue()


MEMBERS = [f"{number:03d}.png" for number in range(5)]


@pytest.mark.parametrize(("name", "make"), [("shard.tar", tar), ("photos.zip", zipped)])
def test_the_images_of_an_archive_are_answered(
    name: str, make: Callable[[list[str]], bytes], run_batch: Callable[..., int], tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(make(MEMBERS))
    assert run_batch(tmp_path / name, tmp_path / "out", "--part-size", 2) == 0
    assert_every_image_once(tmp_path / "out", [f"{name}#{member}" for member in MEMBERS])
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert summary["passed_over"]["files"] == 5  # labels, or what macOS adds


def test_shards_in_a_folder_are_read_where_no_image_lies_beside_them(tmp_path: Path) -> None:
    shards = tmp_path / "shards"
    (shards / "train").mkdir(parents=True)
    (shards / "train" / "0.tar").write_bytes(tar(MEMBERS[:2]))
    (shards / "1.tar").write_bytes(tar(MEMBERS[2:]))
    (shards / "._1.tar").write_bytes(b"x")  # what macOS writes beside it on a foreign disk
    assert sorted(found(shards)) == sorted(
        [*(f"train/0.tar#{one}" for one in MEMBERS[:2]), *(f"1.tar#{one}" for one in MEMBERS[2:])]
    )
    (shards / "a.png").write_bytes(picture())
    passed = PassedOver()
    assert list(listing.of(str(shards)).paths(passed)) == ["a.png"]
    assert passed.counts["archive"] == {".tar": 2}


def test_members_that_cannot_be_read_are_rows_with_a_reason(run_batch: Callable[..., int], tmp_path: Path) -> None:
    data = bytearray(zipped(MEMBERS[:2]))
    place = data.index(b"001.png") + len("001.png")
    data[place : place + 9] = bytes(9)
    (tmp_path / "a.zip").write_bytes(data)
    (tmp_path / "a.csv").write_text("path\na.zip#000.png\na.zip#none.png\na.zip#001.png\n")
    assert run_batch(tmp_path / "a.csv", tmp_path / "out") == 0
    problems = [json.loads(line) for line in next((tmp_path / "out" / "problems").iterdir()).read_text().splitlines()]
    assert [(row["path"], row["code"]) for row in problems] == [
        ("a.zip#none.png", "not_found"),
        ("a.zip#001.png", "unreadable"),
    ]


@pytest.mark.parametrize(("name", "make"), [("shard.tar", tar), ("photos.zip", zipped)])
def test_a_replaced_archive_is_read_as_it_is_now(name: str, make: Callable[[list[str]], bytes], tmp_path: Path) -> None:
    """Its members lie elsewhere in the new file, also for a reader that has read from the old one."""
    reader = Reader(str(tmp_path), 1_000_000, threads=1)
    (tmp_path / name).write_bytes(make(MEMBERS))
    assert list(reader.read([f"{name}#{MEMBERS[0]}"])) == [picture(0)]
    (tmp_path / name).write_bytes(make([*MEMBERS[1:], MEMBERS[0]]))
    os.utime(tmp_path / name, (0, 0))  # another date, however soon it follows the first
    assert list(reader.read([f"{name}#{MEMBERS[0]}"])) == [picture(4)]


def test_a_damaged_parquet_list_is_refused_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and no table")
    with pytest.raises(InputError, match=r"a\.parquet cannot be read as a list \(.*\)\. Write it anew"):
        found(tmp_path / "a.parquet")
