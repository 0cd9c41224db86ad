"""Bodies put together from scraps of everything that the routes read: none of them is a defect of the service."""

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service import Settings, create_app
from tests.service.pictures import picture
from tests.service.publishing import publish

FORM = "multipart/form-data; boundary=xYx"
NAMED = b'Content-Disposition: form-data; name="image"; filename="a"\r\n'
SCRAPS = [
    b"--xYx",
    b"--xYx--",
    b"\r\n",
    b"\n",
    b"--",
    NAMED,
    b"Content-Disposition: form-data",
    b"content-disposition:",
]
SCRAPS += [picture(), b"\xff\xfe", b"filename*=utf-8''%ff", b'filename*0="a', b"data:image/png;base64,", b"iVBORw0KGgo"]
SCRAPS += [b"image=", b"label", b"%zz", b"&", b"\0", b"{", b"[", b'"', b"\\", b";", b"x" * 300]
KINDS = [FORM, "multipart/form-data", 'multipart/form-data; boundary=""', "application/json", "text/plain", ""]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    folder = tmp_path_factory.mktemp("defects")
    publish(folder / "models")
    return create_app(Settings(models=folder / "models", feedback=folder / "feedback")).test_client()


@given(
    scraps=st.lists(st.sampled_from(SCRAPS), max_size=14),
    kind=st.sampled_from([*KINDS, "application/x-www-form-urlencoded", "multipart/form-data; boundary=\xe9"]),
    path=st.sampled_from(["/predict", "/", "/feedback?label=dark", "/diagnose", "/doctor", "/v2/models/default/infer"]),
    length=st.sampled_from([None, "0", "5"]),
)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_body_is_a_defect_of_the_service(
    served: FlaskClient, scraps: list[bytes], kind: str, path: str, length: str | None
) -> None:
    headers = {"Content-Type": kind, **({} if length is None else {"Inference-Header-Content-Length": length})}
    assert served.post(path, data=b"".join(scraps), headers=headers).status_code < 500
