import os
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from training.errors import TrainingError
from training.reading import sources
from training.reading.found import Found

Write = Callable[..., Path]

FLAT = {"cat/1.jpg": b"c1", "cat/2.PNG": b"c2", "dog/1.jpg": b"d1"}


def find(path: Path) -> list[Found]:
    return sources.find(path).found


def _rows(found: Iterable[Found]) -> list[tuple[str, str, str, bytes]]:
    return sorted((entry.part, entry.label, entry.file, entry.read()) for entry in found)


def _expect(files: dict[str, bytes], prefix: str = "", part: str = "train") -> list[tuple[str, str, str, bytes]]:
    """What `find` should tell of `class/file` entries below a prefix."""
    return sorted((part, name.split("/")[0], prefix + name, data) for name, data in files.items())


@pytest.fixture(params=["folder", "zip"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize(
    "extra",
    [
        {},
        {"README.md": b"notes", ".DS_Store": b"x", "labels.txt": b"x"},
        {".cache/cat/3.jpg": b"x", "cat/.hidden.jpg": b"x", "dog/._1.jpg": b"x"},
        {"__MACOSX/cat/1.jpg": b"x", "__MACOSX/cat/._1.jpg": b"x"},
        {"docs/readme.txt": b"a folder without pictures"},
    ],
)
@pytest.mark.parametrize("prefix", ["", "data set/"])
def test_one_folder_a_class(prefix: str, extra: dict[str, bytes], kind: str, write: Write) -> None:
    files = {prefix + name: data for name, data in FLAT.items()} | extra
    assert _rows(find(write(files, kind))) == _expect(FLAT, prefix)


@pytest.mark.parametrize("extra", [{}, {"README.md": b"notes", "train/notes.txt": b"x"}])
@pytest.mark.parametrize("prefix", ["", "wrapped/"])
@pytest.mark.parametrize(("train", "test"), [("train", "test"), ("Train", "TEST")])
def test_train_and_test_folders(
    train: str, test: str, prefix: str, extra: dict[str, bytes], kind: str, write: Write
) -> None:
    files = {f"{prefix}{train}/{name}": data for name, data in FLAT.items()}
    files |= {f"{prefix}{test}/dog/9.jpg": b"t9"}
    found = _rows(find(write(files | extra, kind)))
    expected = [*_expect(FLAT, f"{prefix}{train}/"), ("test", "dog", f"{prefix}{test}/dog/9.jpg", b"t9")]
    assert found == sorted(expected)


@pytest.mark.parametrize("name", ["val", "valid", "Validation"])
def test_validation_images_are_tested_on_and_other_folders_beside_train_are_not_used(
    name: str, kind: str, write: Write
) -> None:
    files = {f"train/{file}": data for file, data in FLAT.items()}
    files |= {f"{name}/dog/9.jpg": b"v9", "rejected/dog/8.jpg": b"r8"}
    found = _rows(find(write(files, kind)))
    assert found == sorted([*_expect(FLAT, "train/"), ("test", "dog", f"{name}/dog/9.jpg", b"v9")])


def test_folders_inside_a_class_belong_to_it(kind: str, write: Write) -> None:
    files = FLAT | {"cat/monday/1.jpg": b"m1", "cat/monday/evening/1.webp": b"e1"}
    assert _rows(find(write(files, kind))) == _expect(files)


def test_a_class_may_be_called_train(kind: str, write: Write) -> None:
    files = {"train/1.jpg": b"t", "bus/1.jpg": b"b"}
    assert _rows(find(write(files, kind))) == _expect(files)


def test_what_may_be_a_picture_in_a_class_folder_is_found_and_what_is_none_is_counted(kind: str, write: Write) -> None:
    files = FLAT | {"dog/without suffix": b"x"}
    path = write(files | {"cat/notes.txt": b"text", "cat/1.mov": b"x", "dog/Thumbs.db": b"x", "README.md": b"x"}, kind)
    assert _rows(find(path)) == _expect(files)
    said = sources.find(path).layout
    for words in ("Passed over 4", "1 .mov (a video", "(notes beside images)", "1 .db (left by an operating system"):
        assert words in said


@pytest.mark.parametrize("files", [{}, {"1.jpg": b"x", "2.jpg": b"x"}, {"cat/notes.txt": b"x"}, {".x/cat/1.jpg": b"x"}])
def test_no_labelled_pictures(files: dict[str, bytes], kind: str, write: Write, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with pytest.raises(TrainingError, match=r"No labelled images[\s\S]*one folder for each"):
        find(write(files, kind))


def test_links_are_followed_once(write: Write, tmp_path: Path) -> None:
    elsewhere = write({"cats/1.jpg": b"c1", "cats/2.PNG": b"c2"})
    root = tmp_path / "linked"
    (root / "dog").mkdir(parents=True)
    (root / "dog" / "1.jpg").write_bytes(b"d1")
    (root / "cat").symlink_to(elsewhere / "cats")
    (root / "dog" / "circle").symlink_to(root)
    assert _rows(find(root)) == _expect(FLAT)


def test_a_broken_link_is_found_and_a_pipe_is_not(write: Write) -> None:
    root = write(FLAT)
    (root / "cat" / "gone.jpg").symlink_to(root / "nowhere")
    os.mkfifo(root / "cat" / "pipe.jpg")
    names = [entry.file for entry in find(root)]
    assert "cat/gone.jpg" in names
    assert "cat/pipe.jpg" not in names


def test_an_archive_that_plays_tricks_with_paths_writes_nothing(write: Write, tmp_path: Path) -> None:
    tricks = {"../evil/1.jpg": b"x", "cat/../../evil.jpg": b"x", "/etc/evil/1.jpg": b"x", "./dog/2.jpg": b"d2"}
    archive = write(FLAT | tricks, "zip")
    before = sorted(tmp_path.rglob("*"))
    rows = _rows(find(archive))
    assert ("train", "dog", "dog/2.jpg", b"d2") in rows
    assert not any(".." in file for _, _, file, _ in rows)
    assert sorted(tmp_path.rglob("*")) == before


def test_an_archive_with_the_separators_of_windows(write: Write) -> None:
    assert _rows(find(write({name.replace("/", "\\"): data for name, data in FLAT.items()}, "zip"))) == _expect(FLAT)


def test_an_archive_is_known_by_its_content(write: Write, tmp_path: Path) -> None:
    renamed = write(FLAT, "zip").rename(tmp_path / "data.bin")
    assert _rows(find(renamed)) == _expect(FLAT)


def test_a_damaged_entry_is_an_error_of_that_file_alone(write: Write) -> None:
    archive = write({"cat/1.jpg": b"first picture", "dog/1.jpg": b"second picture"}, "zip")
    archive.write_bytes(archive.read_bytes().replace(b"second picture", b"SECOND PICTURE"))
    cat, dog = find(archive)
    assert cat.read() == b"first picture"
    with pytest.raises(OSError, match="damaged"):
        dog.read()


def test_a_damaged_archive(write: Write) -> None:
    archive = write(FLAT, "zip")
    data = archive.read_bytes()
    archive.write_bytes(data.replace(b"PK\x01\x02", b"PK\x09\x09"))
    with pytest.raises(TrainingError, match="damaged"):
        find(archive)


@pytest.mark.parametrize(("name", "comma"), [("list.csv", ","), ("list.tsv", "\t"), ("LIST.CSV", ",")])
@pytest.mark.parametrize("header", [[], ["path", "label"], ["File", " Label ", "part"], ["filename", "class"]])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_list_of_paths_and_labels(
    name: str, comma: str, header: list[str], encoding: str, end: str, write: Write
) -> None:
    root = write({"images/1.jpg": b"one", "images/é 2.jpg": b"two"})
    lines = [header] if header else []
    lines += [["images/1.jpg", "cat"], [], [str(root / "images" / "é 2.jpg"), " dog ", "Test"]]
    (root / name).write_bytes(end.join(comma.join(line) for line in lines).encode(encoding))
    first, second = find(root / name)
    assert (first.file, first.label, first.part, first.read()) == ("images/1.jpg", "cat", "train", b"one")
    assert (second.label, second.part, second.read()) == ("dog", "test", b"two")


@pytest.mark.parametrize(
    ("word", "part"), [("val", "train"), ("Validation", "train"), ("train", "train"), ("TEST", "test")]
)
def test_the_third_column_says_the_part_in_the_words_of_folders(word: str, part: str, write: Write) -> None:
    root = write({"a.jpg": b"x", "list.csv": f"a.jpg,cat,{word}\n".encode()})
    (entry,) = find(root / "list.csv")
    assert entry.part == part


def test_a_quoted_path_may_hold_a_comma(write: Write) -> None:
    root = write({"a,b.jpg": b"x", "list.csv": b'"a,b.jpg",cat\n'})
    (entry,) = find(root / "list.csv")
    assert entry.read() == b"x"


def test_a_listed_file_that_is_missing_is_found_and_cannot_be_read(write: Write) -> None:
    (entry,) = find(write({"list.csv": b"gone.jpg,cat\n"}) / "list.csv")
    with pytest.raises(FileNotFoundError):
        entry.read()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (b"", "no rows"),
        (b"path,label\n", "no rows"),
        (b"\n ,\n", "no rows"),
        (b"path,label\n\na.jpg,cat\nb.jpg\n", "Line 4 .*'b.jpg'.*path,label was expected"),
        (b"a.jpg,\n", "Line 1 "),
        (b",cat\n", "Line 1 "),
        (b"a.jpg,cat,sometimes\n", "Line 1 .*train ,val or ,test"),
        (b"a\0.jpg,cat\n", "Line 1 "),
        ("é.jpg,cat\n".encode("latin-1"), "not UTF-8 text"),
    ],
)
def test_a_list_that_cannot_be_understood_is_named_with_its_line(text: bytes, problem: str, write: Write) -> None:
    with pytest.raises(TrainingError, match=problem):
        find(write({"list.csv": text}) / "list.csv")


def test_what_is_neither_is_refused(write: Write) -> None:
    root = write({"notes.txt": b"text"})
    with pytest.raises(TrainingError, match=r"neither a \.zip nor a \.csv"):
        find(root / "notes.txt")
    with pytest.raises(TrainingError, match=r"does not exist\. Expected"):
        find(root / "absent")
    with pytest.raises(TrainingError, match=r"note\.txt does not exist\. Did you mean notes\.txt\?"):
        find(root / "note.txt")


def test_a_file_that_is_far_too_large_is_not_read(write: Write, kind: str) -> None:
    source = write(FLAT, kind)
    if kind == "folder":
        with (source / "cat" / "1.jpg").open("wb") as file:
            file.truncate(300 * 1024**2)  # a hole: it takes no room on the disk
    else:
        with (
            zipfile.ZipFile(source, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
            archive.open("cat/0.jpg", "w") as entry,
        ):
            for _ in range(300):
                entry.write(bytes(1024**2))
    with pytest.raises(OSError, match="larger than"):
        find(source)[0].read()
