import pytest
from flask.testing import FlaskClient

from service.intake.budget import Budget
from service.problems import Problem
from tests.service.pictures import picture


def test_bodies_together_take_no_more_than_there_is_and_give_it_back() -> None:
    budget = Budget(total=100, largest=60)
    budget.reserve(60)
    budget.reserve(40)
    with pytest.raises(Problem) as refusal:
        budget.reserve(1)
    assert (refusal.value.status, refusal.value.code) == (503, "busy")
    budget.release(60)
    budget.reserve(60)


def test_a_body_over_the_limit_is_refused_even_where_there_is_room() -> None:
    with pytest.raises(Problem) as refusal:
        Budget(total=1000, largest=10).reserve(11)
    assert (refusal.value.status, refusal.value.limit) == (413, 10)


def test_one_body_of_the_largest_size_always_fits() -> None:
    Budget(total=1, largest=50).reserve(50)


@pytest.mark.parametrize("path", ["/predict", "/nowhere", "/diagnose", "/health"])
def test_every_request_gives_its_room_back_however_it_ends(client: FlaskClient, path: str) -> None:
    body = b"x" * (15 * 1024**2)
    for _ in range(20):  # together far more than there is room for
        assert client.post(path, data=body).status_code in (404, 405, 413, 415)
    assert client.post("/predict", data=picture()).status_code == 200


@pytest.mark.parametrize("encoding", ["gzip", "br", "identity, gzip"])
def test_compressed_bodies_are_refused_before_they_are_read(client: FlaskClient, encoding: str) -> None:
    answer = client.post("/predict", data=b"x", headers={"Content-Encoding": encoding})
    assert (answer.status_code, answer.get_json()["code"]) == (415, "content_encoding")
