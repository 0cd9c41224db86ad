"""The verdict as text for a terminal."""

from __future__ import annotations

import textwrap

from doctor.findings import Change, Diagnosis, Evidence, Finding

_WIDTH = 92


def render(diagnosis: Diagnosis, chart: str) -> str:
    """Return the chart, the verdict, each finding with its reasons, and the checks that could not be made."""
    parts = [chart, "", _wrapped(diagnosis.verdict)]
    parts += [_finding(finding) for finding in diagnosis]
    if diagnosis.checks_not_run:
        parts.append("\nNot checked:")
        parts += [_wrapped(f"{check.check}: {check.reason}", "  - ") for check in diagnosis.checks_not_run]
    return "\n".join(parts)


def _finding(finding: Finding) -> str:
    lines = [f"\n{finding.symptom} ({finding.severity})", _wrapped(finding.summary, "  ")]
    if finding.evidence:
        lines.append(_wrapped("Seen: " + "; ".join(map(_evidence, finding.evidence)), "  "))
    lines += [
        _wrapped(f"{cause.cause}. Told by: {cause.told_apart_by}.", f"  {number}. ")
        for number, cause in enumerate(finding.causes, 1)
    ]
    lines.append(_wrapped("Do: " + finding.remedy.advice, "  "))
    if finding.remedy.changes:
        lines.append(_wrapped("Settings: " + ", ".join(map(_change, finding.remedy.changes)), "  "))
    return "\n".join(lines)


def _evidence(evidence: Evidence) -> str:
    number = "not finite" if evidence.value is None else f"{evidence.value:.4g}"
    if not evidence.epochs:
        where = ""
    elif len(evidence.epochs) == 2 and evidence.epochs[0] < evidence.epochs[1]:
        where = f" (epochs {evidence.epochs[0]} to {evidence.epochs[1]})"
    else:
        where = f" (epoch {', '.join(map(str, dict.fromkeys(evidence.epochs)))})"
    return f"{evidence.name.replace('_', ' ')} {number}{where}"


def _change(change: Change) -> str:
    sign = {"set": "=", "multiply": "×", "add": "+"}[change.action]
    return f"{change.setting} {sign} {change.value}"


def _wrapped(text: str, lead: str = "") -> str:
    return textwrap.fill(text, _WIDTH, initial_indent=lead, subsequent_indent=" " * len(lead))
