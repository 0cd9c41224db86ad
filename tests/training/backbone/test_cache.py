import logging
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.there import there
from training.backbone import Cache
from training.folders import find_folder

ARRAYS: dict[str, NDArray[Any]] = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.zeros((0, 4))}


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"THIRTYFIVE_CACHE": "/chosen", "XDG_CACHE_HOME": "/xdg"}, "/chosen"),
        ({"XDG_CACHE_HOME": "/xdg"}, "/xdg/thirtyfive"),
        ({"XDG_CACHE_HOME": "relative"}, "/home/someone/.cache/thirtyfive"),
        ({}, "/home/someone/.cache/thirtyfive"),
    ],
)
def test_the_folder_follows_the_environment(
    environment: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("THIRTYFIVE_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in ({"HOME": "/home/someone"} | environment).items():
        monkeypatch.setenv(name, value)
    assert find_folder() == Path(expected)


def test_what_is_saved_is_loaded_and_nothing_else(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "new" / "folder")
    assert cache.load("key") is None
    cache.save("key", ARRAYS)
    loaded = there(cache.load("key"))
    assert list(loaded) == list(ARRAYS)
    for name, values in ARRAYS.items():
        np.testing.assert_array_equal(loaded[name], values)
    assert cache.load("other") is None


def test_every_kind_of_damage_is_noticed_and_mended_by_saving_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cache = Cache(tmp_path)
    cache.save("key", ARRAYS)
    (path,) = tmp_path.iterdir()
    content = path.read_bytes()
    for damaged in (b"", content[:10], content[:-1], content + b"x", content[:100] + b"x" + content[101:]):
        path.write_bytes(damaged)
        assert cache.load("key") is None
    assert "damaged" in caplog.text
    cache.save("key", ARRAYS)
    assert cache.load("key") is not None


def test_an_interrupted_write_leaves_the_old_entry_and_no_scrap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = Cache(tmp_path)
    cache.save("key", ARRAYS)

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        cache.save("key", {"a": np.ones(3)})
    assert len(list(tmp_path.iterdir())) == 1
    np.testing.assert_array_equal(there(cache.load("key"))["a"], ARRAYS["a"])


def test_a_folder_that_cannot_be_written_is_mentioned_once_and_costs_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = Cache(tmp_path / "file")
    with caplog.at_level(logging.WARNING):
        cache.save("one", ARRAYS)
        cache.save("two", ARRAYS)
    assert cache.load("one") is None
    cache.trim()
    assert [record.message.count("THIRTYFIVE_CACHE") for record in caplog.records] == [1]


def test_trimming_deletes_the_oldest_first_and_leaves_other_files_alone(tmp_path: Path) -> None:
    (tmp_path / "someone-elses").write_bytes(bytes(10_000))
    cache = Cache(tmp_path, maximum_bytes=10_000)
    killed = tmp_path / ".writing-by-a-killed-process.features"
    killed.write_bytes(bytes(10_000))
    os.utime(killed, (1, 1))
    for age, key in enumerate(("newest", "middle", "oldest")):
        cache.save(key, {"a": np.zeros(1000, np.float32)})
        (path,) = tmp_path.glob(f"{key}.*")
        os.utime(path, (1_000_000 - age, 1_000_000 - age))
    cache.trim()
    assert [cache.load(key) is not None for key in ("newest", "middle", "oldest")] == [True, True, False]
    assert (tmp_path / "someone-elses").exists()
    assert not killed.exists()
