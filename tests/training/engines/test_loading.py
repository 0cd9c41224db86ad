"""Which engine is asked for, and that Ray stays an extra: nothing loads it before a run on it begins."""

import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from training import engines
from training.engines import local
from training.errors import TrainingError
from training.options import parse
from training.settings import Settings

ROOT = Path(__file__).parents[3]


def test_without_asking_the_work_is_done_here() -> None:
    settings = parse([])
    assert (settings.engine, settings.ray_address) == ("local", None)
    engine = engines.load(settings)
    assert isinstance(engine, partial)
    assert engine.func is local.run


def test_a_cluster_is_asked_for_by_name_and_address() -> None:
    settings = parse(["photos", "--engine", "ray", "--ray-address", "10.0.0.5:6379"])
    assert (settings.engine, settings.ray_address) == ("ray", "10.0.0.5:6379")


def test_nothing_loads_ray_before_a_run_on_it() -> None:
    modules = "training.command, training.options, training.contest, training.engines.on_ray"
    script = f"import sys, {modules}; sys.exit('ray' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0


def test_without_ray_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(TrainingError, match=r"thirtyfive\[training,ray\]"):
        engines.load(Settings(engine="ray"))
