"""Ray Serve: a node that dies under load, runs shared by requests, the numbers of all replicas, settings."""

import asyncio
import math
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.requests import Request
from starlette.responses import Response

from artifact import store
from service.inference import model as models_
from service.inference.model import Model
from service.ray_serve import ingress, numbers
from service.ray_serve.predictor import Answer
from service.ray_serve.settings import ServeSettings
from service.settings import Settings
from tests.service.networks import SIDE, expected
from tests.service.pictures import picture
from tests.service.ray_nodes import nodes
from tests.service.running import ROOT, Running, running_on_ray, until


def replicas(service: Running) -> set[str]:
    """Return the replicas that have answered for images."""
    text = service.ask("GET", "/metrics")[2].decode()
    return set(re.findall(r'^thirtyfive_images_total\{.*replica="(\w+)"', text, re.MULTILINE))


@pytest.mark.ray
def test_a_node_that_is_killed_under_load_costs_no_request(models: Path) -> None:
    settings = {
        "min_replicas": 2,
        "max_replicas": 2,
        "ingress_resource": "node:__internal_head__",  # Ray's own, of which the head has one
        "proxies": "HeadOnly",
        "batch_seconds": 0.1,  # so long that each predictor has requests at any time
    }
    levels = [n % 256 for n in range(300)]
    answered = threading.Semaphore(0)
    with nodes(2) as cluster, running_on_ray(models, cluster.address, **settings) as service:

        def ask(level: int) -> tuple[int, Any]:
            status, _, answer = service.ask("POST", "/predict", picture(level), Content_Type="image/png")
            answered.release()
            return status, answer

        with ThreadPoolExecutor(8) as clients:
            found = [clients.submit(ask, level) for level in levels]
            for _ in range(60):
                answered.acquire()
            until(lambda: len(replicas(service)) == 2)
            cluster.kill(0)
            answers = [future.result() for future in found]
        assert [answer for status, answer in answers if status != 200] == []
        by_hand = [1 / (1 + math.exp(-8 * (level / 255 - 0.5))) for level in levels]
        given = [answer["predictions"][0]["probability"] for _, answer in answers]
        assert given == pytest.approx(by_hand, abs=1e-5)
        assert len(replicas(service)) == 1


@pytest.fixture(autouse=True)
def no_replica(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let batches be gathered outside a replica, of which Ray Serve only asks whether its limits fit together."""
    check = "ray.serve.batching._BatchQueue._warn_if_max_batch_size_exceeds_max_ongoing_requests"
    monkeypatch.setattr(check, lambda _: None)


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """Return an event loop that runs in a thread of its own, as a replica's does."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield loop

    async def end() -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    asyncio.run_coroutine_threadsafe(end(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def model(models: Path) -> Model:
    return models_.load(store.read(models, "default"), "cpu", threads=1, batch=6)


def test_requests_that_come_together_share_a_run_and_each_gets_its_own_answer(
    model: Model, loop: asyncio.AbstractEventLoop
) -> None:
    from service.ray_serve import together

    sizes: list[int] = []

    class Watched:
        def run(self, outputs: Any, inputs: dict[str, Any]) -> Any:
            sizes.append(len(next(iter(inputs.values()))))
            return model.network.session.run(outputs, inputs)

    session: Any = Watched()
    watched = replace(model, network=replace(model.network, session=session))
    shared = together.prepare(watched, wait=0.5, loop=loop)
    counts = [1, 2, 1, 3, 1, 2]
    pixels = [np.full((count, SIDE, SIDE, 3), 40 * at, np.uint8) for at, count in enumerate(counts)]
    with ThreadPoolExecutor(len(counts)) as requests:
        scores = list(requests.map(shared.score, pixels))
    for images, found in zip(pixels, scores, strict=True):
        assert found.logit == pytest.approx([expected(image)[0] for image in images], abs=1e-5)
        assert found.evidence is not None
        assert found.evidence.shape == (len(images), SIDE, SIDE)
    assert sum(sizes) == sum(counts)
    assert len(sizes) < len(counts)
    assert max(sizes) <= model.batch


def test_an_error_of_a_shared_run_reaches_every_request_in_it(model: Model, loop: asyncio.AbstractEventLoop) -> None:
    from service.ray_serve import together

    shared = together.prepare(model, wait=0.2, loop=loop)
    wrong = np.zeros((1, SIDE + 1, SIDE, 3), np.uint8)
    with ThreadPoolExecutor(2) as requests:
        for future in [requests.submit(shared.score, wrong) for _ in range(2)]:
            with pytest.raises(Exception, match="INVALID_ARGUMENT"):
                future.result()


class _OneHangs:
    """Stands for the handle of predictors of which one answers requests and one says nothing any more."""

    class answer:  # as the handle has it
        @staticmethod
        async def remote(_: object) -> Answer:
            return Answer(200, [(b"content-type", b"text/plain")], b"")

    def broadcast(self, _: str) -> Any:
        class Pending:
            async def results_async(self, **_: object) -> list[object]:
                await asyncio.sleep(60)
                return []

        return Pending()


def test_a_replica_that_hangs_does_not_hold_the_metrics(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingress, "_METRICS_SECONDS", 0.05)

    async def ask() -> Response:
        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        scope = {"type": "http", "method": "GET", "path": "/metrics", "headers": [], "query_string": b""}
        front = ingress.Ingress(ServeSettings(), _OneHangs())
        return await front(Request(scope, receive))

    answer = asyncio.run(asyncio.wait_for(ask(), 10))
    assert answer.status_code == 503
    assert b"did not say its numbers" in answer.body


def test_the_numbers_of_replicas_stand_side_by_side() -> None:
    texts = {
        "a": b'# HELP x_total X.\n# TYPE x_total counter\nx_total{route="/"} 2.0\n# TYPE g gauge\ng 1.0\n',
        "b": b'# HELP x_total X.\n# TYPE x_total counter\nx_total{route="/"} 5.0\nx_total{route="/b"} 1.0\n',
    }
    merged = numbers.merge(texts).decode()
    families = {family.name: family for family in text_string_to_metric_families(merged)}
    assert sorted((s.labels["replica"], s.labels["route"], s.value) for s in families["x"].samples) == [
        ("a", "/", 2.0),
        ("b", "/", 5.0),
        ("b", "/b", 1.0),
    ]
    assert [(s.labels, s.value) for s in families["g"].samples] == [({"replica": "a"}, 1.0)]
    assert merged.count("# TYPE x_total counter") == 1


def test_every_setting_beside_the_services_own_has_its_line_in_the_document() -> None:
    page = (ROOT / "docs" / "scaling.md").read_text()
    documented = dict(re.findall(r"^\| `SERVICE_(\w+)` \| ([^|]+) \|", page, re.MULTILINE))
    own = {
        name.upper(): field
        for name, field in ServeSettings.model_fields.items()
        if name not in Settings.model_fields or field.default != Settings.model_fields[name].default
    }
    assert set(documented) == set(own)
    for name, field in own.items():
        if field.default_factory is None:
            assert documented[name].strip(" `") == ("none" if field.default is None else str(field.default)), name


def test_the_application_is_built_from_words_as_serve_run_gives_them(models: Path) -> None:
    from ray.serve._private.api import call_user_app_builder_with_args_if_necessary as build_from

    from service.ray_serve.app import build

    built = build_from(build, {"models": str(models), "max_replicas": "7", "replica_cpus": "2"})
    predictor = built._bound_deployment.init_args[1]._bound_deployment
    assert predictor._deployment_config.autoscaling_config.max_replicas == 7
    assert predictor.ray_actor_options["num_cpus"] == 2
