"""The sections of a report: read strictly, written as they were, and each rendered where its row says."""

import copy
from pathlib import Path
from typing import Any

import pytest

from artifact import jsonfile
from artifact.errors import ArtifactError
from artifact.report import page, reading, reasons
from artifact.report.data import DATA
from artifact.report.estimate import ESTIMATE
from artifact.report.table import SECTIONS
from tests.service.publishing import REPORT

SHIPPED = Path(__file__).parents[2] / "models" / "default" / "1" / "report.json"
LATER = (
    *("if_grouped", "stopped", "than_before", "more_images", "wrong", "checks_passed", "augmentation", "failed"),
    *("framing", "recognises_other_kinds", "data.layout", "estimate.base_log_loss", "estimate.base_accuracy"),
    *("estimate.no_better_than_guessing", "comparison.summary", "confusion.rows.images"),
)
"""Sections and fields that the first releases of this form did not write."""


@pytest.fixture
def document() -> dict[str, Any]:
    found: dict[str, Any] = jsonfile.decode(SHIPPED.read_bytes(), "report.json")
    return found


def _without(value: Any, path: list[str]) -> None:
    """Take a field away, of a list from every entry."""
    if isinstance(value, list):
        for entry in value:
            _without(entry, path)
    elif len(path) == 1:
        del value[path[0]]
    else:
        _without(value[path[0]], path[1:])


def test_a_report_is_written_as_it_was_read_to_the_last_byte(document: dict[str, Any]) -> None:
    report = reading.read(document)
    assert report.unreadable == {}
    assert jsonfile.encode(reading.write(report)) == SHIPPED.read_bytes()


def test_every_section_of_the_shipped_report_has_one_row_and_every_template_is_shown(document: dict[str, Any]) -> None:
    keys = [section.key for section in SECTIONS]
    assert len({*keys}) == len(keys)
    assert {*document} <= {*keys}
    templates = [section.page.template for section in SECTIONS if section.page is not None]
    folder = page.FOLDER / "templates"
    assert {*templates} == {path.name for path in folder.iterdir()} - {"alone.html", "body.html", "terms.html"}


@pytest.mark.parametrize("path", LATER)
def test_a_report_of_an_older_release_is_read_whole(document: dict[str, Any], path: str) -> None:
    _without(document, path.split("."))
    assert reading.read(document).unreadable == {}


def test_a_section_of_a_newer_release_is_kept_as_it_is(document: dict[str, Any]) -> None:
    report = reading.read({**document, "a_section_to_come": {"x": [1]}})
    assert report.unreadable == {}
    assert reading.write(report)["a_section_to_come"] == {"x": [1]}


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("data", {"n_train": 35, "n_trian": 35}, r"section data .*: data\.n_trian is unknown; known are n_train"),
        ("data", {"skipped": [{"file": "a.png"}]}, r"section data .*: data\.skipped\[0\]\.reason is missing"),
        (
            "data",
            {"counts": {"train": {"bees": "many"}}},
            r"data\.counts\.train\.bees is of type str; int was",
        ),
        ("estimate", {"accuracy": 0.9}, r"section estimate .*: estimate\.accuracy is of type float; an object"),
        ("estimate", {"accuracy": {"low": 0.8}}, r"estimate\.accuracy\.value is missing"),
        ("comparison", [{"chosen": True}], r"section comparison .*: comparison\[0\]\.candidate is missing"),
        ("checks", [{"severity": "dire", "summary": "x"}], r"checks\[0\]\.severity is 'dire'; one of info, warning"),
        ("training", {"final": {"epochs": {"loss": [0.5, "x"]}}}, r"training\.final\.epochs\.loss\[1\] is of type str"),
        ("training", {"final": {"diagnosis": {"findings": [{}]}}}, r"diagnosis\.findings\[0\]\.symptom is missing"),
        ("recognises_other_kinds", 1, r"recognises_other_kinds is of type int; bool was expected"),
    ],
)
def test_what_has_another_form_is_named_with_its_section_and_field(key: str, value: Any, said: str) -> None:
    (section,) = [section for section in SECTIONS if section.key == key]
    with pytest.raises(ArtifactError, match=said):
        reading.read_section(section, value)


def test_a_section_that_cannot_be_read_hides_no_other_and_is_a_reason_for_distrust() -> None:
    damaged = copy.deepcopy(REPORT) | {"estimate": {"accuracy": {"value": "high"}}, "checks": [], "training": None}
    report = reading.read(damaged)
    assert [*report.unreadable] == ["estimate"]
    assert report.get(ESTIMATE) is None
    assert report.get(DATA) is not None
    assert reasons.light(report, reasons.of(report)).color == "yellow"
    html = page.body(report, "bees", page.Curves())
    assert "The section estimate of report.json cannot be read: estimate.accuracy.value is of type str" in html
    assert "Your photos it got wrong" in html
