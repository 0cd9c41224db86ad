"""The story as a table in the terminal, as a page of its own, and as one figure."""

from collections.abc import Sequence
from html import escape

from rich.table import Table

import doctor
from training.story import Told

STYLE = """\
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
svg { width: 100%; height: auto; }
blockquote { margin: 0; padding-left: 1rem; border-left: 3px solid; opacity: 0.8; }
section { margin: 2.5rem 0; }
"""


def table(told: Sequence[Told]) -> Table:
    """Return one row a step."""
    shown = Table(title="The question, and each answer tried on the same 35 and 10 images")
    for column in ("tried", "parameters trained", "right", "log loss", "the doctor finds"):
        shown.add_column(column, justify="left" if column in ("tried", "the doctor finds") else "right")
    for one in told:
        shown.add_row(
            one.step.title,
            f"{one.parameters:,}",
            f"{one.right} of {one.images}",
            f"{one.log_loss:.2f}",
            findings(one),
        )
    return shown


def figure(one: Told) -> str:
    """Return the curves of one step as an SVG file."""
    return doctor.plot.svg(one.curves, one.diagnosis, standalone=True)


def findings(one: Told) -> str:
    """Return what the doctor calls the curves, in a few words; that ten images are few goes for all of them."""
    labels = [label.replace("_", " ") for label in one.diagnosis.labels if label != "too_small_validation"]
    return ", ".join(labels) or "cannot tell"


def page(told: Sequence[Told]) -> str:
    """Return a page of HTML that needs nothing else: every step with its curves, its verdict, causes and remedy."""
    sections = "".join(_section(one) for one in told)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>35 images, 36.8 million parameters</title><style>{STYLE}</style></head><body>"
        "<h1>35 images, 36.8 million parameters</h1>"
        "<p>Somebody trained a network of 36.8 million parameters from scratch on 35 gray images, with 10 more to "
        "test, and asked what the oscillating training loss and the constant validation loss mean. Here is the same on "
        "35 and 10 pictures, faces or not, with each answer that was given. Ten images say little about which is best; "
        f"they show what one sees.</p>{sections}</body></html>\n"
    )


def _section(one: Told) -> str:
    findings = "".join(f"<li>{_finding(finding)}</li>" for finding in one.diagnosis)
    return (
        f"<section><h2>{escape(one.step.title)}</h2><blockquote>{escape(one.step.answer)}</blockquote>"
        f"<p>{one.parameters:,} parameters trained; {one.right} of {one.images} right, log loss {one.log_loss:.2f} "
        f"(guessing: 0.69). <strong>{escape(one.diagnosis.verdict)}</strong></p>"
        f"{doctor.plot.svg(one.curves, one.diagnosis)}<ul>{findings}</ul></section>"
    )


def _finding(finding: doctor.Finding) -> str:
    why = f" Likely because of {escape(finding.causes[0].cause)}." if finding.causes else ""
    mend = f" {escape(finding.remedy.advice)}" if finding.severity != "info" else ""
    return f"{escape(finding.summary)}{why if finding.severity != 'info' else ''}{mend}"
