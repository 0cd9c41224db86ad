"""The table of what is measured: the service, and what one might pick instead."""

import base64
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from artifact import telemetry

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RIVALS = HERE / "rivals"
WORKERS = 2

Encode = Callable[[bytes], tuple[str, bytes]]
Variables = Callable[[int, Path], dict[str, str]]


@dataclass(frozen=True)
class Post:
    """One request: its path, its headers of the body, and the body."""

    path: str
    content_type: str
    body: bytes


@dataclass(frozen=True)
class Contestant:
    """A server as it is started and asked.

    Attributes:
        name: Its name on the command line.
        title: Its name in the tables.
        requirements: The file that pins its environment; contestants with the same file share one.
        folder: Where it is started.
        arguments: What its environment's Python is given; `{port}` stands for the port.
        path: Where an image is posted.
        encode: From the bytes of a JPEG to the type and the bytes of the body.
        variables: Its environment variables, from the port and the folder of the model's version.
        model: The folder of the version that it serves; None for the network of all rivals.
    """

    name: str
    title: str
    requirements: Path
    folder: Path
    arguments: tuple[str, ...]
    path: str = "/predict"
    encode: Encode = field(default=lambda file: ("image/jpeg", file))
    variables: Variables = field(default=lambda _port, folder: {"MODEL_FOLDER": str(folder)})
    model: Path | None = None

    def command(self, python: Path, port: int) -> list[str]:
        """Return the command that starts it."""
        return [str(python), *(argument.format(port=port) for argument in self.arguments)]

    def environment(self, port: int, folder: Path) -> Mapping[str, str]:
        """Return the environment that it is started in; nothing sends statistics of use to anyone."""
        paths = os.pathsep.join((str(self.folder), str(ROOT)))
        quiet = {**telemetry.SWITCHES, "BENTOML_DO_NOT_TRACK": "true", "DO_NOT_TRACK": "1"}
        return {**os.environ, **quiet, "PYTHONPATH": paths, **self.variables(port, folder)}

    def post(self, file: bytes) -> Post:
        """Return the request for an image file."""
        return Post(self.path, *self.encode(file))


def _rival(name: str, title: str, *arguments: str, home: str | None = None, **more: Any) -> Contestant:
    folder = RIVALS / (home or name)
    return Contestant(name, title, folder / "requirements.txt", folder, arguments, **more)


def _service_variables(port: int, folder: Path) -> dict[str, str]:
    version = {"SERVICE_MODELS": str(folder.parents[1]), "SERVICE_MODEL": folder.parent.name}
    return {**version, "SERVICE_PORT": str(port), "SERVICE_WORKERS": str(WORKERS)}


def _mlserver_variables(port: int, folder: Path) -> dict[str, str]:
    ports = {"MLSERVER_HTTP_PORT": port, "MLSERVER_GRPC_PORT": port + 1, "MLSERVER_METRICS_PORT": port + 2}
    chosen = {"MLSERVER_HOST": "127.0.0.1", "MLSERVER_DEBUG": "false", "MLSERVER_PARALLEL_WORKERS": str(WORKERS)}
    return {"MODEL_FOLDER": str(folder), **chosen, **{name: str(value) for name, value in ports.items()}}


def _as_json(file: bytes) -> tuple[str, bytes]:
    return "application/json", json.dumps({"image": base64.b64encode(file).decode()}).encode()


def _as_inference(file: bytes) -> tuple[str, bytes]:
    content = {"name": "image", "datatype": "BYTES", "shape": [1], "data": [base64.b64encode(file).decode()]}
    return "application/json", json.dumps({"inputs": [content]}).encode()


_GUNICORN = ("-m", "gunicorn", "--bind", "127.0.0.1:{port}", "--workers", str(WORKERS), "app:app")
_UVICORN = ("-m", "uvicorn", "--port", "{port}", "--workers", str(WORKERS), "--no-access-log", "app:app")

SERVICE = Contestant(
    "service", "Thirtyfive", ROOT / "requirements/service.txt", ROOT, ("-m", "service"), variables=_service_variables
)


def services(models: Sequence[Path]) -> list[Contestant]:
    """Return the service once for each version, told apart by the models' names where there are several."""
    others = models[1:]
    titles = {folder: f"{SERVICE.title}, {folder.parent.name}" if others else SERVICE.title for folder in models}
    named = [replace(SERVICE, name=f"{SERVICE.name} {folder.parent.name}") for folder in others]
    pairs = zip([SERVICE, *named], models, strict=True)
    return [replace(one, title=titles[folder], model=folder) for one, folder in pairs]


OTHERS = (
    _rival("flask", "Flask, gunicorn sync", *_GUNICORN),
    _rival("flask-threads", "Flask, gunicorn gthread", *_GUNICORN, "--threads", "4", home="flask"),
    _rival("fastapi", "FastAPI, uvicorn", *_UVICORN),
    _rival("litserve", "LitServe", "app.py", "{port}", encode=_as_json),
    _rival("bentoml", "BentoML", "-m", "bentoml", "serve", "app:Classifier", "--host", "127.0.0.1", "--port", "{port}"),
    _rival(
        "mlserver",
        "MLServer",
        *("-c", "from mlserver.cli import main; main()", "start", "."),
        path="/v2/models/classifier/infer",
        encode=_as_inference,
        variables=_mlserver_variables,
    ),
    _rival("ray", "Ray Serve", "app.py", "{port}"),
)
"""What one might pick instead."""
