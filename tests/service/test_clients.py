"""The clients that people have send photographs to a real service; each form is answered as its bare body."""

import json
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from tests.service.photos import photo
from tests.service.publishing import publish
from tests.service.running import PATIENCE, Running, running

NODE = """
const fs = require("node:fs");
(async () => {
  const form = new FormData();
  for (const name of process.argv.slice(2)) form.append("image", new Blob([fs.readFileSync(name)]), name);
  const answer = await fetch(process.argv[1], { method: "POST", body: form });
  process.stdout.write(await answer.text());
})();
"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    models = tmp_path_factory.mktemp("clients") / "models"
    publish(models)
    with running(models) as service:
        yield service


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("photos")
    for seed in range(6):
        (folder / f"{seed}.jpg").write_bytes(photo((700 + 90 * seed, 600), seed, quality=88))
    return sorted(folder.iterdir())


def _run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE).stdout


def _curl(address: str, files: list[Path]) -> str:
    fields = [argument for file in files for argument in ("-F", f"image=@{file}")]
    return _run("curl", "-s", *fields, address)


def _curl_each(address: str, files: list[Path]) -> str:
    """Send each as a bare body, and return the answers as those of one request."""
    answers = [json.loads(_run("curl", "-s", "--data-binary", f"@{file}", address)) for file in files]
    return json.dumps({"predictions": [answer["predictions"][0] for answer in answers]})


def _node(address: str, files: list[Path]) -> str:
    return _run("node", "-e", NODE, address, *map(str, files))


def _requests(address: str, files: list[Path]) -> str:
    sent = [("image", (file.name, file.read_bytes(), "image/jpeg")) for file in files]
    return requests.post(address, files=sent, timeout=PATIENCE).text


@pytest.mark.parametrize("send", [_curl, _curl_each, _node, _requests])
def test_photographs_are_answered_whoever_sends_them(
    service: Running, files: list[Path], send: Callable[[str, list[Path]], str]
) -> None:
    programs: dict[object, str] = {_curl: "curl", _curl_each: "curl", _node: "node"}
    program = programs.get(send)
    if program and shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    address = f"http://127.0.0.1:{service.port}/predict"
    found = [entry["probability"] for entry in json.loads(send(address, files))["predictions"]]
    expected = []
    for file in files:
        with urllib.request.urlopen(urllib.request.Request(address, file.read_bytes()), timeout=PATIENCE) as answer:
            expected.append(json.load(answer)["predictions"][0]["probability"])
    assert found == pytest.approx(expected, abs=1e-6)


def test_clients_that_send_everything_first_hear_that_it_is_too_large(service: Running) -> None:
    address, body = f"http://127.0.0.1:{service.port}/predict", b"\xff\xd8\xff" + bytes(25 * 1024**2)
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(urllib.request.Request(address, body), timeout=PATIENCE)
    assert (refusal.value.code, json.load(refusal.value)["code"]) == (413, "too_many_bytes")
    with requests.Session() as session:
        for sent in ({"data": body}, {"files": {"image": ("a.jpg", body)}}, {"data": iter([body])}):
            answer = session.post(address, timeout=PATIENCE, **sent)
            assert (answer.status_code, answer.json()["code"]) == (413, "too_many_bytes")
        assert session.post(address, data=photo((64, 48)), timeout=PATIENCE).status_code == 200
