"""The command line: `python -m service [serve | use NAME VERSION | rollback NAME | models | key]`."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from artifact import publishing, store
from artifact.errors import ArtifactError
from doctor.command_line import Parser, add_version, reader_may_leave
from service.monitoring import folder
from service.server import begin, listening, starting
from service.settings import Settings, explain

_CONFIGURATION = Path(__file__).with_name("gunicorn_conf.py")
EXAMPLE = "default"
"""The model of faces that is shipped; the service has a picture to try it with."""
_EPILOG = """Settings are environment variables; docs/service.md lists them all. The one that is needed most:
  SERVICE_MODELS=/srv/models SERVICE_PORT=8080 python -m service"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; `serve` becomes gunicorn."""
    chosen = _parser().parse_args(arguments)
    try:
        settings = Settings()
    except ValidationError as error:
        return _fail(explain(error))
    try:
        if chosen.command == "rollback":
            version = publishing.roll_back(settings.models, chosen.name)
            return _say(f"{chosen.name} is back at version {version}. Running services follow within a second.")
        if chosen.command == "use":
            publishing.set_current(settings.models, chosen.name, chosen.version)
            return _say(f"{chosen.name} is at version {chosen.version}. Running services follow within a second.")
        if chosen.command == "models":
            from service.server import listing  # here, as the other commands do without what reads reports

            return _say(listing.table(settings.models))
        if chosen.command == "key":
            return _make_key()
        return _serve(settings)
    except (ArtifactError, OSError) as error:
        return _fail(str(error))


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m service",
        usage="%(prog)s [command]",
        description="Serve published models over HTTP.",
        epilog=_EPILOG,
    )
    add_version(parser)
    commands = parser.add_subparsers(dest="command", metavar="command", prog=parser.prog)
    commands.add_parser("serve", help="check the settings, then serve until stopped (the default)")
    rollback = commands.add_parser("rollback", help="serve the version before the current one again")
    rollback.add_argument("name", help="the model's name")
    use = commands.add_parser("use", help="serve any published version, an older or a newer one")
    use.add_argument("name", help="the model's name")
    use.add_argument("version", help="the version, as `python -m service models` lists it")
    commands.add_parser("models", help="list the published models: classes, date, accuracy and size")
    commands.add_parser("key", help="make an API key, and its hash for SERVICE_API_KEYS")
    for command in commands.choices.values():
        add_version(command)
    return parser


def _make_key() -> int:
    from service import access  # here, as it brings Flask

    key, hashed = access.new_key()
    return _say(
        f"Key, for the client (it is not stored anywhere): {key}\nHash, for the service: SERVICE_API_KEYS={hashed}"
    )


def _serve(settings: Settings) -> int:
    problem = starting.misspelt(os.environ) or starting.absent(settings) or listening.problem_of(settings)
    if problem:
        return _fail(problem)
    _print_settings(settings)
    print(f"\nServing {settings.model} version {_current(settings, settings.model)}.")
    print(_invitation(settings), flush=True)
    folder.make()
    begin.begin(["-c", f"file:{_CONFIGURATION}"])
    return 0


def _invitation(settings: Settings) -> str:
    """Return the addresses to open, and lines that can be tried at once, with a picture that the service has."""
    everywhere = settings.host in ("0.0.0.0", "::")
    address = f"http://localhost:{settings.port}" if everywhere else f"http://{settings.address}"
    key = "-H 'Authorization: Bearer KEY' " if settings.api_keys else ""
    known = settings.model == EXAMPLE
    picture, fetch = (
        ("example.jpg", f"  curl -o example.jpg {address}/static/example.jpg\n") if known else ("photo.jpg", "")
    )
    return f"""
  page     {address}/
  report   {address}/report
  routes   {address}/docs

Try it with a picture of {"a face" if known else "yours"}:

{fetch}  curl {key}--data-binary @{picture} {address}/predict
  curl {key}-F image=@{picture} "{address}/predict?explain=heatmap"
"""


def _print_settings(settings: Settings) -> None:
    """Print the settings that are not as they come, and what looks like one and is none."""
    changed = [name for name in Settings.model_fields if name in settings.model_fields_set]
    if changed:
        print("Settings that were chosen (SERVICE_*; docs/service.md lists all):")
    for name in changed:
        print(f"  {name:22} {_shown(name, getattr(settings, name))}")
    for name in starting.unknown(os.environ):
        print(f"  {name} is not a setting of this service, and is ignored; docs/service.md lists those that are.")


def _shown(name: str, value: Any) -> Any:
    """Return a setting as it is printed: keys as their number only, lists by commas."""
    if name == "api_keys":
        return f"{len(value)} (not shown)" if value else "none: everyone may ask"
    return ", ".join(map(str, value)) or "none" if isinstance(value, tuple) else value


def _current(settings: Settings, name: str) -> str:
    try:
        return store.current(settings.models, name)
    except ArtifactError:
        return "(none)"


def _say(message: str) -> int:
    with reader_may_leave():
        print(message)
    return 0


def _fail(message: str) -> int:
    print(message, file=sys.stderr)
    return 1
