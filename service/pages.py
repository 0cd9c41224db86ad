"""Render pages for people: plain HTML that works without JavaScript, and loads nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from flask import Response, render_template, request
from markupsafe import Markup

import doctor
from artifact.report import page
from artifact.report.section import Report
from doctor.context import TASKS
from service.intake import histories
from service.problems import Problem


def render_report(
    report: Report, served: dict[str, Any], drawn: page.Curves, link: Callable[[str], str | None]
) -> Response:
    """Return the report as a page.

    Args:
        report: The report.
        served: The section `service` of the model that it is of.
        drawn: Its curves.
        link: Gives the address of a file of the version, or None where there is no such file.
    """
    name, version = served["model"]["name"], served["model"]["version"]
    body = page.body(report, f"{name}, version {version}", drawn, _notices(served), link)
    return _page("report.html", 200, served=served, body=Markup(body))  # what it is made from was escaped


def _notices(served: dict[str, Any]) -> list[str]:
    """Return what is to be said of a model where it runs."""
    refused, provider = served["refused"], served["provider"]
    notices = [
        f"The last {signal['recent']} images differ from those of training in {name} by more than chance, so this "
        "report may not hold for them."
        for name, signal in served["drift"].items()
        if signal["drifted"]
    ]
    if refused:
        notices.append(f"Version {refused['version'] or '?'} is newer and is not served: {refused['reason']}")
    if provider["fell_back"]:
        notices.append(f"{provider['why']} The CPU is used.")
    return notices


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
    status, said = (200, None) if problem is None else (problem.status, problem.people)
    values = {"given": given, "name": name, "diagnosis": diagnosis, "curves": drawn, "problem": said}
    answer = _page("doctor.html", status, asked=histories.ASKED, tasks=TASKS, **values)
    answer.headers.extend(problem.headers if problem else {})
    return answer


def render_problem(problem: Problem) -> Response:
    """Return a page that says what is wrong, for a browser that asked for a page."""
    answer = _page("problem.html", problem.status, title=HTTPStatus(problem.status).phrase, detail=problem.people)
    answer.headers.extend(problem.headers)
    return answer


def render_document(document: dict[str, Any], base: str) -> Response:
    """Return the OpenAPI document as a page.

    Args:
        document: The document.
        base: The address of the service, as the examples use it.
    """
    return _page("docs.html", 200, document=document, base=base)


def _page(template: str, status: int, **values: Any) -> Response:
    return Response(render_template(template, **values), status, content_type="text/html; charset=utf-8")
