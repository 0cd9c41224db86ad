import json
import logging
import sys

from flask.testing import FlaskClient

from service.monitoring.logs import JsonFormatter


def line(record: logging.LogRecord) -> dict[str, object]:
    text = JsonFormatter().format(record)
    assert "\n" not in text
    return dict(json.loads(text))


def test_a_record_is_one_line_of_json_with_its_fields(client: FlaskClient) -> None:
    record = logging.LogRecord("a.b", logging.WARNING, __file__, 1, "two\nlines %s", ("and \u00fc",), None)
    record.fields = {"status": 404, "odd": object}
    found = line(record)
    assert (found["level"], found["logger"], found["message"], found["status"]) == (
        "warning",
        "a.b",
        "two\nlines and \u00fc",
        404,
    )
    assert str(found["time"]).endswith("+00:00")
    assert "request_id" not in found


def test_within_a_request_the_line_carries_its_id(client: FlaskClient) -> None:
    with client.application.test_request_context(headers={"X-Request-ID": "abc"}):
        assert line(logging.LogRecord("a", logging.INFO, __file__, 1, "x", (), None))["request_id"] == "abc"


def test_an_exception_is_part_of_the_line() -> None:
    try:
        raise RuntimeError("broken")
    except RuntimeError:
        record = logging.LogRecord("a", logging.ERROR, __file__, 1, "x", (), sys.exc_info())
    assert "RuntimeError: broken" in str(line(record)["exception"])
