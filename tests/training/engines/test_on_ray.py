"""On a cluster of two nodes the result is the local one, also where a worker is killed at its work."""

import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest

from artifact import store
from training import contest, engines, pipeline
from training.engines import on_ray, shipping
from training.errors import TrainingError
from training.gathering import gather
from training.problem.overrides import Overrides
from training.progress import Stages
from training.settings import Settings

ray = pytest.importorskip("ray", reason="Ray is an extra: thirtyfive[ray]")
from ray.cluster_utils import Cluster  # noqa: E402 - only where there is Ray

pytestmark = pytest.mark.ray
STRATEGIES = ("pretrained", "edges", "mnist")
TIMES = {"seconds", "created", "milliseconds"}
LAYOUT = {"sha256", "bytes", "model_sha256"}
"""Of model.onnx; the hashes of images are compared by their probabilities."""


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    node = {"num_cpus": 1, "object_store_memory": 80 * 2**20, "include_dashboard": False}
    made = Cluster(initialize_head=True, head_node_args=node)
    made.add_node(**node)
    made.wait_for_nodes(timeout=300)  # so long that only what never comes is given up
    yield made
    made.shutdown()


@pytest.fixture
def settings(tmp_path: Path, write_images: Callable[..., Path], cluster: Any) -> Callable[..., Settings]:
    """Return a function that gives the settings of a small run."""

    def make(engine: Literal["local", "ray"], **options: Any) -> Settings:
        return Settings(
            source=write_images(tmp_path / "data", range(8)),
            models=tmp_path / engine,
            folds=3,
            repeats=1,
            strategies=options.pop("strategies", STRATEGIES),
            engine=engine,
            ray_address=cluster.address,
            **options,
        )

    return make


def without_times(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_times(one) for key, one in value.items() if key not in TIMES | LAYOUT}
    return [without_times(one) for one in value] if isinstance(value, list) else value


def test_the_result_is_the_local_one_though_a_worker_is_killed(
    settings: Callable[..., Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"overrides": Overrides(epochs=3)}
    pipeline.train(settings("local", **asked), Stages(quiet=True))
    died, work = tmp_path / "died", on_ray._work

    def die_once(name: str, crate: Any, *others: Any) -> Any:
        """Work, in a worker; but the first one dies when it has the images."""
        if name == "mnist" and not died.exists():
            died.write_bytes(str(os.getpid()).encode())
            assert shipping.unpack(crate, others[0]).labels.size
            os.kill(os.getpid(), signal.SIGKILL)
        return work(name, crate, *others)

    monkeypatch.setattr(on_ray, "_work", die_once)
    pipeline.train(settings("ray", **asked), Stages(quiet=True))
    assert int(died.read_text()) != os.getpid()
    local, far = (store.read(tmp_path / engine, "default") for engine in ("local", "ray"))
    # TensorFlow's optimiser may lay the same network out otherwise in another process; its outputs are the same bits
    for name in (store.CARD_FILE, store.REPORT_FILE, store.GOLDEN_FILE):
        one, other = (without_times(json.loads((model.folder / name).read_text())) for model in (local, far))
        assert one == other, name


def test_a_candidate_that_fails_is_named_and_the_others_are_compared_without_it(
    settings: Callable[..., Settings],
) -> None:
    held: dict[str, dict[str, str] | str] = {}
    engines_asked: tuple[Literal["local", "ray"], ...] = ("local", "ray")
    for engine in engines_asked:
        asked = settings(engine, strategies=("edges", "mnist"), overrides=Overrides(learning_rate=1e20, epochs=2))
        problem = pipeline.make_problem(asked, gather(asked, Stages(quiet=True)))
        try:
            found = contest.hold(asked.strategies, problem, Stages(quiet=True), False, engines.load(asked))
            held[engine] = found.failed
        except TrainingError as error:
            held[engine] = str(error)
    assert "mnist" in held["local"]
    assert held["ray"] == held["local"]


def test_an_address_where_nobody_answers_is_named(settings: Callable[..., Settings]) -> None:
    asked = settings("ray")
    problem = pipeline.make_problem(asked, gather(asked, Stages(quiet=True)))
    with pytest.raises(TrainingError, match=r"Ray cannot be used at 127\.0\.0\.1:1 .*ray start --head"):
        on_ray.run(("edges",), problem, Stages(quiet=True), False, "127.0.0.1:1")
    assert not ray.is_initialized()
