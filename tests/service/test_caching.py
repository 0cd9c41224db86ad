"""What may be stored of the answers: files, by whoever asks again each time; nothing else."""

from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service import Settings, create_app

PLACES = {"model": "default", "version": "1", "file": "card.json", "filename": "style.css"}
FILES = ("static", "files.file", "files.style")
RULES = sorted(create_app(Settings()).url_map.iter_rules(), key=str)
KEY = {"X-API-Key": "key"}
HASH = "2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683"  # printf key | sha256sum


def answers(client: FlaskClient, rule: object, headers: dict[str, str]) -> Iterator[TestResponse]:
    """Yield the answers of a route to each method, and to one that it does not know."""
    methods = getattr(rule, "methods", None) or set()
    path = str(rule)
    for name, place in PLACES.items():
        path = path.replace(f"<{name}>", place).replace(f"<path:{name}>", place)
    for method in sorted({*methods, "PUT"}):
        yield client.open(path, method=method, headers=headers)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule}-{min(rule.methods)}")
@pytest.mark.parametrize(("settings", "headers"), [({}, {}), ({"api_keys": HASH}, KEY), ({"api_keys": HASH}, {})])
def test_only_files_may_be_stored(
    models: object,
    make_client: Callable[..., FlaskClient],
    rule: object,
    settings: dict[str, str],
    headers: dict[str, str],
) -> None:
    for answer in answers(make_client(**settings), rule, headers):
        kept = answer.headers.get_all("Cache-Control")
        if getattr(rule, "endpoint", "") in FILES and answer.status_code == 200 and answer.request.method != "OPTIONS":
            assert kept == ["private, no-cache" if settings else "no-cache"]
            assert answer.get_etag()[0] is not None
        else:
            assert kept == ["no-store"]


def test_a_file_that_did_not_change_is_not_sent_again(client: FlaskClient) -> None:
    for path in ("/static/style.css", "/models/default/versions/1/card.json"):
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["/nowhere", "/static/nothing.css", "/models/default/versions/1/model.txt"])
def test_an_error_is_not_stored(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code >= 400
    assert answer.headers["Cache-Control"] == "no-store"
