"""Batches from and to a real S3 store through s3fs: odd names, many objects, kills, and a store that goes away."""

import contextlib
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from service.batch import commands, patience
from tests.service.batches import assert_every_image_once, batch, command, probability, results
from tests.service.gate import Gate
from tests.service.pictures import picture
from tests.service.publishing import publish
from tests.service.running import PATIENCE, ROOT, free_port, until
from tests.service.store import BUCKET, Store

pytest.importorskip("s3fs", reason="s3fs is a package of the test environment")


@pytest.fixture(scope="module")
def running_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = Store(tmp_path_factory.mktemp("store"))
    try:
        store.start()
        yield store
    finally:
        store.stop()


@pytest.fixture
def store(running_store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    for name, value in running_store.environment.items():
        monkeypatch.setenv(name, value)
    fsspec.filesystem("s3").clear_instance_cache()
    return running_store


@pytest.fixture
def models(tmp_path: Path) -> Path:
    publish(tmp_path / "models")
    return tmp_path / "models"


def files() -> fsspec.AbstractFileSystem:
    found = fsspec.filesystem("s3")
    found.invalidate_cache()
    return found


def parts(output: str) -> list[str]:
    with contextlib.suppress(FileNotFoundError):
        return [str(path) for path in files().ls(f"{output}/parts", detail=False)]
    return []


def numbered(count: int) -> dict[str, bytes]:
    return {f"{number:04d}.png": picture(number % 256) for number in range(count)}


def test_every_name_is_read_and_an_empty_object_is_an_empty_file(store: Store, models: Path) -> None:
    names = ["a blank.png", "plus+plus.png", "per%20cent.png", "100%.png", "ümlaut/ü.png", "a=b&c;d.png", "under/x.png"]
    objects = files()
    for level, name in enumerate(names):
        objects.pipe_file(f"{BUCKET}/names/{name}", picture(level))
    objects.pipe_file(f"{BUCKET}/names/empty.png", b"")
    where, output = f"s3://{BUCKET}/names", f"s3://{BUCKET}/out of names"
    done = batch(where, output, "--models", models, "--workers", 0)
    assert done.returncode == 0, done.stderr
    rows = {row["path"]: row for row in results(output)}
    assert rows.keys() == {*names, "empty.png"}
    assert rows["empty.png"]["code"] == "empty"
    for level, name in enumerate(names):
        assert rows[name]["probability"] == pytest.approx(probability(level), abs=1e-5)


def test_an_object_over_the_limit_is_refused_whatever_lies_behind_the_limit(store: Store, models: Path) -> None:
    limit = 1024**2
    files().pipe_file(f"{BUCKET}/large/over.png", b"\0" * (limit + 1) + picture(7))
    files().pipe_file(f"{BUCKET}/large/under.png", picture(7))
    output = f"s3://{BUCKET}/out of large"
    arguments = (f"s3://{BUCKET}/large", output, "--models", models, "--workers", 0)
    done = batch(*arguments, SERVICE_MAX_REQUEST_MEGABYTES="1")
    assert done.returncode == 0, done.stderr
    assert [(row["path"], row["code"]) for row in results(output)] == [
        ("over.png", "too_many_bytes"),
        ("under.png", None),
    ]


@contextlib.contextmanager
def held_at_the_third_part(store: Store, *words: object) -> Iterator[tuple[Gate, subprocess.Popen[bytes]]]:
    """Run a batch whose third part has been asked to be written, and has not come to the store."""
    gate = Gate(store.port)
    gate.hold(b"/parts/part-00000002")
    environment = {**os.environ, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{gate.port}"}
    pipe = subprocess.PIPE
    with subprocess.Popen(command(*words), cwd=ROOT, env=environment, stdout=pipe, stderr=subprocess.STDOUT) as process:
        try:
            until(lambda: gate.holds.is_set() or process.poll() is not None)
            assert gate.holds.is_set()
            yield gate, process
        finally:
            process.kill()
            gate.shut()
            gate.release()


def test_more_objects_than_a_page_are_each_scored_once_through_a_kill(store: Store, models: Path) -> None:
    objects = {name: picture(7) for name in numbered(1100)}
    store.put({f"many/{name}": data for name, data in objects.items()})
    words = (f"s3://{BUCKET}/many", f"s3://{BUCKET}/out-many", "--models", models, "--part-size", 100, "--workers", 1)
    with held_at_the_third_part(store, *words) as (gate, process):
        process.kill()
        gate.shut()
    assert len(parts(f"{BUCKET}/out-many")) == 2
    done = batch(*words)
    assert done.returncode == 0, done.stderr
    rows = results(f"s3://{BUCKET}/out-many")
    assert [row["path"] for row in rows] == list(objects)
    assert all(abs(row["probability"] - probability(7)) < 1e-5 for row in rows)


def test_a_store_that_is_away_for_ten_seconds_costs_no_image(store: Store, models: Path) -> None:
    objects = numbered(200)
    store.put({f"away/{name}": data for name, data in objects.items()})
    words = (f"s3://{BUCKET}/away", f"s3://{BUCKET}/out-away", "--models", models, "--part-size", 10, "--workers", 1)
    with held_at_the_third_part(store, *words) as (gate, process):
        gate.shut()
        store.stop()
        time.sleep(10)
        gate.open()  # from here on callers wait, however long the store takes to start
        store.start()
        gate.release()
        said, _ = process.communicate(timeout=2 * PATIENCE)
        assert process.returncode == 0, said.decode()
    assert_every_image_once(f"s3://{BUCKET}/out-away", list(objects))


def test_a_store_that_stays_away_is_one_sentence(
    models: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    nobody = {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{free_port()}", "AWS_MAX_ATTEMPTS": "1"}
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_DEFAULT_REGION": "us-east-1"}
    for name, value in {**nobody, **keys}.items():
        monkeypatch.setenv(name, value)
    fsspec.filesystem("s3").clear_instance_cache()
    monkeypatch.setattr(patience, "PAUSES", (0.0, 0.0))
    assert commands.main([f"s3://{BUCKET}/any", f"s3://{BUCKET}/out", "--models", str(models)]) == 1
    said = capsys.readouterr().err
    assert "cannot be used" in said
    assert "same command again" in said
