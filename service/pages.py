"""Render pages for people: plain HTML that works without JavaScript, and loads nothing from elsewhere."""

import base64
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response, render_template, request
from markupsafe import Markup

import doctor
from artifact import formats
from doctor.context import TASKS
from service import curves, figures, words
from service.inference.model import Model
from service.intake import histories
from service.problems import Problem
from service.state import state


def render_upload(model: Model | None, problem: Problem | None = None, **answers: Any) -> Response:
    """Return the page with the upload form, and the answers to the last upload, where there are some.

    Args:
        model: The model that answers, or None where none is loaded.
        problem: Why there are no answers.
        answers: `cards`, the answers to show, and `feedback`, whether they can be corrected.
    """
    named: dict[str, Any] = {"formats": formats.names(state().limits.formats)}
    if model:
        named |= {"model": model.identity, "classes": model.card.classes}
    if problem is None:
        return _page("upload.html", 200, **named, **answers, grade=words.grade, percent=words.percent)
    page = _page("upload.html", problem.status, **named, problem=problem.detail)
    page.headers.extend(problem.headers)
    return page


def render_report(report: dict[str, Any], drawn: curves.Curves) -> Response:
    """Return the report as a page; a section that the report lacks, or that is odd, is left out."""
    return _page(
        "report.html",
        200,
        served=report["service"],
        verdict=report.get("verdict"),
        estimate=_mapping(report.get("estimate")),
        test=_mapping(report.get("test")),
        curves=drawn,
        training=_training(_mapping(report.get("training"))),
        comparison=_mappings(report.get("comparison")),
        failed=_mappings(report.get("failed")),
        augmentation=_mappings(report.get("augmentation")),
        calibration=_mapping(report.get("calibration")),
        classes=_mapping(report.get("classes")),
        confusion=_confusion(_mapping(report.get("confusion"))),
        images=_mappings(report.get("images_to_look_at")),
        checks=_mappings(report.get("checks")),
        checks_not_run=_mappings(report.get("checks_not_run")),
        data=_mapping(report.get("data")),
        figures={draw.__name__: draw(report) for draw in (figures.accuracy, figures.comparison, figures.calibration)},
    )


def are_wanted() -> bool:
    """Say whether a page is asked for, as browsers do, rather than JSON."""
    return request.accept_mimetypes.best_match(("application/json", "text/html")) == "text/html"


def explain(problem: Problem) -> Response:
    """Return what is wrong in the form that is asked for."""
    response = render_problem(problem) if are_wanted() else problem.response()
    response.vary.add("Accept")
    return response


def render_doctor(
    given: Mapping[str, str],
    name: str | None = None,
    diagnosis: doctor.Diagnosis | None = None,
    history: doctor.History | None = None,
    problem: Problem | None = None,
) -> Response:
    """Return the page with the doctor's form, and the diagnosis of the last log, where there is one.

    Args:
        given: What was filled into the form.
        name: The name of the log's file.
        diagnosis: What the doctor says of the log.
        history: Its curves.
        problem: Why there is no diagnosis.
    """
    drawn = None if history is None else Markup(doctor.plot.svg(history, diagnosis))  # the doctor escapes what it draws
    status, said = (200, None) if problem is None else (problem.status, problem.detail)
    values = {"given": given, "name": name, "diagnosis": diagnosis, "curves": drawn, "problem": said}
    page = _page("doctor.html", status, asked=histories.ASKED, tasks=TASKS, **values)
    page.headers.extend(problem.headers if problem else {})
    return page


def render_problem(problem: Problem) -> Response:
    """Return a page that says what is wrong, for a browser that asked for a page."""
    page = _page("problem.html", problem.status, title=HTTPStatus(problem.status).phrase, detail=problem.detail)
    page.headers.extend(problem.headers)
    return page


def render_document(document: dict[str, Any], base: str) -> Response:
    """Return the OpenAPI document as a page.

    Args:
        document: The document.
        base: The address of the service, as the examples use it.
    """
    return _page("docs.html", 200, document=document, base=base)


def png_url(file: bytes) -> str:
    """Return a PNG as a URL that a page can show without another request."""
    return "data:image/png;base64," + base64.b64encode(file).decode()


def _page(template: str, status: int, **values: Any) -> Response:
    return Response(render_template(template, **values), status, content_type="text/html; charset=utf-8")


def _training(section: dict[str, Any]) -> dict[str, Any]:
    """Return the findings on the final fit, how many runs show each symptom, and what was tried to mend them."""
    diagnosis = _mapping(_mapping(section.get("final")).get("diagnosis"))
    return {
        "verdict": diagnosis.get("verdict"),
        "findings": _mappings(diagnosis.get("findings")),
        "checks_not_run": _mappings(diagnosis.get("checks_not_run")),
        "runs": len(_mappings(section.get("folds"))),
        "symptoms": _mapping(section.get("symptoms")),
        "attempts": _mappings(section.get("attempts")),
    }


def _confusion(section: dict[str, Any]) -> dict[str, Any]:
    """Return the cells by what was shown and what was said."""
    cells: dict[str, dict[str, Any]] = {}
    for row in _mappings(section.get("rows")):
        cells.setdefault(str(row.get("actual")), {})[str(row.get("predicted"))] = row
    return {"cells": cells, "method": section.get("method")}


def _mapping(value: Any) -> dict[str, Any]:
    """Return a section of a report; an absent or damaged one is empty."""
    return value if isinstance(value, dict) else {}


def _mappings(value: Any) -> list[dict[str, Any]]:
    """Return the entries of a list in a report that are mappings."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
