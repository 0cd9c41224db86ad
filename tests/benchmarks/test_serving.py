"""The serving benchmark's own parts: what it reads from /proc, its clients, its tables, and the rivals' pins."""

import http.server
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from PIL import Image

from artifact import decision, store
from artifact.network import INPUT
from benchmarks.serving import clients, contestants, expert, pictures, processes, tables
from benchmarks.serving import limit as loop
from benchmarks.serving.contestants import OTHERS, RIVALS, ROOT, SERVICE, Post
from benchmarks.serving.rounds import EXPERT_LIMIT, LIMIT, Course, Measurement, Rounds
from benchmarks.serving.running import probability_in
from service.inference import model
from training.backbone.extract import Extractor
from training.backbone.weights import load

PINNED = sorted(RIVALS.glob("*/requirements.txt"))


@pytest.mark.parametrize("file", PINNED, ids=lambda path: path.parent.name)
def test_a_rivals_requirements_pin_every_version(file: Path) -> None:
    lines = [line for line in file.read_text().splitlines() if not line.startswith("#")]
    assert lines
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9._-]*==[0-9][\w.+!-]*", line) for line in lines)
    asked = {re.split(r"[^a-z0-9._-]", line)[0] for line in file.with_suffix(".in").read_text().splitlines()}
    assert asked <= {line.partition("==")[0] for line in lines}


def test_all_run_the_same_versions_of_what_decodes_and_computes() -> None:
    served = dict(re.findall(r"^(numpy|onnxruntime|pillow)==(\S+)", SERVICE.requirements.read_text(), re.MULTILINE))
    assert len(served) == 3
    for rival in OTHERS:
        text = rival.requirements.read_text()
        assert dict(re.findall(r"^(numpy|onnxruntime|pillow)==(\S+)", text, re.MULTILINE)) == served, rival.name


def test_every_rival_is_started_from_files_that_are_there() -> None:
    assert len({one.name for one in OTHERS}) == len(OTHERS)
    for one in OTHERS:
        assert (one.folder / "app.py").is_file()
        assert "4321" in " ".join([*one.command(Path("python"), 4321), *one.environment(4321, Path("m")).values()])


def test_pictures_have_the_sizes_that_they_are_named_by(tmp_path: Path) -> None:
    for size in pictures.SIZES:
        file = tmp_path / "picture.jpg"
        file.write_bytes(pictures.make(size).file)
        with Image.open(file) as picture:
            assert (picture.format, picture.size) == ("JPEG", size)


def test_memory_is_the_sum_of_the_kernels_shares(tmp_path: Path) -> None:
    for pid, kilobytes in ((7, 300), (8, 50)):
        (tmp_path / str(pid)).mkdir()
        text = f"00400000-7ff ---p 00000000 00:00 0 [rollup]\nRss: 999 kB\nPss: {kilobytes} kB\nPss_Dirty: 5 kB\n"
        (tmp_path / str(pid) / "smaps_rollup").write_text(text)
    assert processes.proportional_bytes([7, 8, 9], tmp_path) == 350 * 1024


def test_a_tree_holds_children_and_what_init_adopted_of_its_session(tmp_path: Path) -> None:
    for pid, parent, session in ((10, 1, 10), (11, 10, 10), (12, 11, 12), (13, 1, 10), (14, 1, 99), (15, 14, 99)):
        (tmp_path / str(pid)).mkdir()
        (tmp_path / str(pid) / "stat").write_text(f"{pid} (a ) b) S {parent} {pid} {session} 0 " + "0 " * 40)
    assert sorted(processes.tree(10, tmp_path)) == [10, 11, 12, 13]


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="needs Linux's /proc")
def test_a_real_process_has_memory_and_used_the_processor() -> None:
    child = "import sys; data = bytearray(30_000_000); sum(range(2_000_000)); print(1, flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", child], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"1\n"
        assert process.pid in processes.tree(os.getpid())
        assert processes.proportional_bytes([process.pid]) > 30_000_000
        assert processes.processor_seconds([process.pid]) > 0
        process.communicate()
    assert processes.proportional_bytes([process.pid]) == 0


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers 200 to a body of the right type and bytes, else 400; every third answer ends the connection."""

    protocol_version = "HTTP/1.1"
    answered = 0

    def do_POST(self) -> None:
        Handler.answered += 1
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200 if (self.headers["Content-Type"], body) == ("image/jpeg", b"picture") else 400)
        self.send_header("Content-Length", "2")
        if Handler.answered % 3 == 0:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.mark.parametrize("wrk", [True, False], ids=["wrk", "asyncio"])
def test_clients_count_answers_and_failures(port: int, wrk: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if wrk and shutil.which("wrk") is None:
        pytest.skip("wrk is not installed")
    if not wrk:
        monkeypatch.setattr(shutil, "which", lambda _: None)
    good = post(port, b"picture")
    assert good.answers > 0
    assert good.failed == 0
    assert 0 < good.p50 <= good.p99
    bad = post(port, b"another")
    assert bad.failed == bad.answers > 0


def post(port: int, body: bytes) -> clients.Load:
    """Let two clients post for a second; for longer where the machine is so busy that none was answered."""
    found = clients.run(port, Post("/", "image/jpeg", body), 2, 1)
    return found if found.answers else clients.run(port, Post("/", "image/jpeg", body), 2, 30)


def test_the_table_gives_medians_of_shares_formed_within_rounds() -> None:
    found = []
    for limit, rate in ((100, 90), (50, 40), (200, 190)):
        found.append(Measurement(LIMIT, "tiny", limit, 0.010))
        found.append(Measurement("one", "tiny", rate, 0.0125, 0.02, 0.04, 1, 90e6, 1.5))
    table = tables.render(found, {"one": "One", "absent": "Absent"}, {"one": 200_000_000, "absent": 0})
    assert "| the limit, without HTTP | 100.0 | 1 | 1 |" in table
    assert "| One | 90.0 | 0.90 | 0.80 | 20.0 | 40.0 | 3 | 90 | 1.5 | 200 |" in table
    assert "Absent" not in table


def test_the_service_is_compared_with_the_best_of_the_others_within_rounds() -> None:
    found = []
    for ours, slow, fast, limit_of_theirs in ((200, 50, 100, 110), (100, 40, 40, 50), (300, 50, 100, 120)):
        found.append(Measurement(LIMIT, "tiny", 2 * ours, 0.004))
        found.append(Measurement(EXPERT_LIMIT, "tiny", limit_of_theirs, 0.016))
        for name, rate, processor in ((SERVICE.name, ours, 0.005), ("slow", slow, 0.03), ("fast", fast, 0.015)):
            found.append(Measurement(name, "tiny", rate, processor, 0.02, 0.04, 0, 90e6, 1.5))
    titles = {name: name for name in (SERVICE.name, "slow", "fast")}
    table = tables.render(found, titles, dict.fromkeys(titles, 1))
    assert "| the rivals' limit, without HTTP | 110.0 | 0.25 | 0.25 |" in table
    assert "2.50 times the answers of the best of the others by the clock, 3.00 times by processor time" in table


def test_each_of_several_models_is_compared_with_its_own_limit() -> None:
    small, large = Path("models/small/1"), Path("models/large/2")
    first, second = contestants.services([small, large])
    assert [first.model, second.model] == [small, large]
    assert Rounds(Course([small, large], large, [], 1, 1.0), [], Path()).course.limits == {
        LIMIT: small,
        f"{LIMIT} large": large,
    }
    found = [Measurement(LIMIT, "tiny", 100, 0.010), Measurement(f"{LIMIT} large", "tiny", 50, 0.020)]
    for name, rate in ((first.name, 80), (second.name, 45), ("fast", 40)):
        found.append(Measurement(name, "tiny", rate, 0.040, 0.02, 0.04, 0, 90e6, 1.5))
    titles = {first.name: first.title, second.name: second.title, "fast": "Fast"}
    table = tables.render(found, titles, dict.fromkeys(titles, 1))
    assert "| the limit, large | 50.0 | 0.50 | 0.50 |" in table
    assert "| Thirtyfive, small | 80.0 | 0.80 | 0.25 |" in table
    assert "| Thirtyfive, large | 45.0 | 0.90 | 0.50 |" in table
    assert "Thirtyfive, small: 2.00 times the answers" in table
    assert "Thirtyfive, large: 1.12 times the answers" in table
    assert contestants.services([small])[0].title == SERVICE.title


def test_the_limits_loop_says_what_the_service_says_of_an_image() -> None:
    folder = ROOT / "models" / "default" / (ROOT / "models" / "default" / "current").read_text().strip()
    photo = pictures.make(pictures.SIZES[0]).file
    served = model.load(store.read(ROOT / "models", "default"), "cpu", threads=1, batch=1)
    expected = decision.decide(*served.score_files([photo]).pair(0), served.card).probability
    assert loop.probability(folder, photo) == pytest.approx(expected, abs=1e-6)


def test_the_experts_network_is_a_linear_head_on_the_averages_of_the_last_map() -> None:
    generator = np.random.default_rng(0)
    weights, pixels = generator.normal(size=1280).astype(np.float32), generator.integers(0, 256, (2, 224, 224, 3))
    images = pixels.astype(np.uint8)
    session = onnxruntime.InferenceSession(expert.write(weights, 0.5), providers=["CPUExecutionProvider"])
    averages = Extractor(224, weights=load("float32")).extract(images).pooled["last"]
    (found,) = session.run(["logit"], {INPUT: images})
    np.testing.assert_allclose(found, averages @ weights + 0.5, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    "answer",
    [
        {"label": "a", "probability": 0.25},
        {"model": {}, "predictions": [{"probability": 0.25}]},
        {"outputs": [{"name": "label", "data": ["a"]}, {"name": "probability", "data": [0.25]}]},
    ],
)
def test_the_probability_is_found_in_every_form_of_answer(answer: dict[str, object]) -> None:
    assert probability_in(answer) == 0.25


def test_the_worker_count_is_the_same_for_all() -> None:
    variables = SERVICE.variables(1, Path("models/default/1"))
    assert variables["SERVICE_WORKERS"] == str(contestants.WORKERS)
    assert (variables["SERVICE_MODELS"], variables["SERVICE_MODEL"]) == ("models", "default")
