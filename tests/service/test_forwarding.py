"""Behind proxies: whom is believed what, and every address that the service gives out under a path of its own."""

import io
import json
import logging
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.service.pictures import picture

PROXY, STRANGER = "10.1.2.3", "203.0.113.9"
TRUSTED = "10.0.0.0/8, 192.168.7.7, 2001:db8::/32"


@pytest.fixture
def behind(models: object, make_client: Callable[..., FlaskClient]) -> FlaskClient:
    return make_client(trusted_proxies=TRUSTED, log_requests="all")


def logged_client(client: FlaskClient, caplog: pytest.LogCaptureFixture, peer: str, **headers: str) -> str:
    """Return the client's address as the log has it."""
    with caplog.at_level(logging.INFO, "service.requests"):
        client.get("/health", environ_base={"REMOTE_ADDR": peer}, headers=headers)
    return str(caplog.records[-1].__dict__["fields"]["client"])


@pytest.mark.parametrize(
    ("peer", "said", "client"),
    [
        (PROXY, "198.51.100.1", "198.51.100.1"),
        (PROXY, "6.6.6.6, 198.51.100.1", "198.51.100.1"),  # the first may have been written by the client
        (PROXY, "198.51.100.1, 192.168.7.7", "198.51.100.1"),  # two proxies, both trusted
        (PROXY, "198.51.100.1:40000", "198.51.100.1"),
        (PROXY, "[2001:db9::1]:40000", "2001:db9::1"),
        (PROXY, "unknown", PROXY),
        (PROXY, "10.9.9.9", "10.9.9.9"),  # all are proxies: the farthest one asks
        ("::ffff:10.1.2.3", "198.51.100.1", "198.51.100.1"),
        ("192.168.7.8", "198.51.100.1", "192.168.7.8"),
        (STRANGER, "198.51.100.1", STRANGER),
    ],
)
def test_the_log_has_the_client_that_trusted_proxies_name(
    behind: FlaskClient, caplog: pytest.LogCaptureFixture, peer: str, said: str, client: str
) -> None:
    assert logged_client(behind, caplog, peer, **{"X-Forwarded-For": said}) == client


def test_without_trusted_proxies_nobody_is_believed(
    models: object, make_client: Callable[..., FlaskClient], caplog: pytest.LogCaptureFixture
) -> None:
    client = make_client(log_requests="all")
    assert logged_client(client, caplog, "127.0.0.1", **{"X-Forwarded-For": "6.6.6.6"}) == "127.0.0.1"
    page = client.get("/docs", headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Prefix": "/evil"}).text
    assert "evil" not in page


def test_scheme_host_and_prefix_of_a_trusted_proxy_are_in_the_examples(behind: FlaskClient) -> None:
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "ask.example:8443", "X-Forwarded-Prefix": "/vision/"}
    page = behind.get("/docs", environ_base={"REMOTE_ADDR": PROXY}, headers=headers).text
    assert "https://ask.example:8443/vision/predict" in page
    assert "localhost" not in page


@pytest.mark.parametrize("prefix", ["//evil.example", "/a b", "javascript:x", '/"><b>', "/../x y"])
def test_a_prefix_that_is_no_plain_path_is_not_taken(behind: FlaskClient, prefix: str) -> None:
    page = behind.get("/", environ_base={"REMOTE_ADDR": PROXY}, headers={"X-Forwarded-Prefix": prefix}).text
    assert 'action="/"' in page


ADDRESSES = re.compile(r'(?:href|src|action|data-feedback)="(/[^"]*)"')


@pytest.mark.parametrize("path", ["/vision{}", "{}"], ids=["not stripped", "stripped"])
@pytest.mark.parametrize("how", ["setting", "header"])
def test_every_address_on_every_page_has_the_prefix_and_leads_somewhere(
    models: object, make_client: Callable[..., FlaskClient], path: str, how: str
) -> None:
    client = make_client(**({"root_path": "/vision/"} if how == "setting" else {"trusted_proxies": "127.0.0.1"}))
    headers = {"X-Forwarded-Prefix": "/vision"} if how == "header" else {}
    for route in ("/", "/report", "/docs", "/nowhere"):
        answer = client.get(path.format(route), headers={"Accept": "text/html", **headers})
        assert answer.status_code == (404 if route == "/nowhere" else 200)
        found = ADDRESSES.findall(answer.text)
        assert route == "/nowhere" or len(found) > 4
        for address in found:
            assert address.startswith("/vision/")
            status = client.get(path.format(address.removeprefix("/vision")), headers=headers).status_code
            assert status in (200, 405)  # the form's own address is one to post to
    form = {"image": (io.BytesIO(picture()), "a.png")}
    assert client.post(path.format("/"), data=form, headers=headers).status_code == 200
    document = json.loads(client.get(path.format("/openapi.json"), headers=headers).data)
    assert document["servers"] == [{"url": "/vision"}]


def test_without_a_prefix_the_document_names_the_root(client: FlaskClient) -> None:
    assert client.get("/openapi.json").get_json()["servers"] == [{"url": "/"}]


def test_health_needs_no_key_under_a_prefix_either(models: object, make_client: Callable[..., FlaskClient]) -> None:
    client = make_client(root_path="/vision", api_keys="0" * 64)
    assert client.get("/vision/health").status_code == 200
    assert client.get("/vision/report").status_code == 401
    assert client.get("/visionhealth").status_code == 401
