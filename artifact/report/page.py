"""The report as a page of HTML that needs no script and nothing from elsewhere: in a service's frame, or by itself.

Jinja is imported when a page is made, so that whoever reads cards and pictures needs only numpy and Pillow.
"""

import base64
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from artifact import store
from artifact.report import estimate, glossary, numbers, reasons, table
from artifact.report.record import VERDICT
from artifact.report.section import Report

FOLDER = Path(__file__).parent
STYLE = "page.css"
FILES = {
    store.MODEL_FILE: "the network (ONNX)",
    store.CARD_FILE: "all that serving needs to know: its classes, and how a score becomes an answer",
    store.REPORT_FILE: "this report as data",
    store.README_FILE: "the model card, in words",
    store.PAGE_FILE: "this page as one file",
}


@dataclass(frozen=True)
class Curves:
    """The pictures of a training, as inline SVG; None where the report has no curves that can be drawn.

    Attributes:
        final: The final fit, with the doctor's marks on the epochs that its findings speak of.
        folds: All cross-validation runs, with the band from the lowest to the highest.
    """

    final: str | None = None
    folds: str | None = None


def body(
    report: Report,
    title: str,
    curves: Curves,
    notices: Sequence[str] = (),
    link: Callable[[str], str | None] = str,
) -> str:
    """Return the report as the content of a page: the sections of the table that have something to show, in its order.

    Args:
        report: The report; a section that it lacks is left out, and one that cannot be read is among the reasons.
        title: What is reported on: `bees, version 2`.
        curves: Its loss curves, as whoever calls can draw them.
        notices: What is to be said of the model where it runs, before the report's own reasons for distrust.
        link: Gives the address of a file of the version, or None where it cannot be had.
    """
    found = reasons.of(report)
    pages = [section.page for section in table.SECTIONS if section.page is not None]
    parts = [(page.template, shown) for page in pages if (shown := page.shown(report)) is not None]
    return str(
        _environment(FOLDER)
        .get_template("body.html")
        .render(
            title=title,
            verdict=report.get(VERDICT),
            figure=estimate.figure(report),
            light=reasons.light(report, found),
            reasons=[*(reasons.Reason("warning", notice) for notice in notices), *found],
            parts=parts,
            curves=curves,
            files=[(file, address, what) for file, what in FILES.items() if (address := link(file))],
        )
    )


def alone(report: Report, name: str, curves: Curves) -> str:
    """Return the report as a file of its own, which lies beside the model that is called `name`."""
    style = (FOLDER / STYLE).read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    template = _environment(FOLDER).get_template("alone.html")
    return str(template.render(name=name, style=style, digest=digest, body=body(report, name, curves)))


@cache
def _environment(folder: Path) -> Any:
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "decimal": numbers.decimal,
        "share": numbers.share,
        "between": numbers.between,
        "percent": numbers.percent,
        "words": _words,
    }
    made.globals |= {"WORDS": glossary.WORDS, "measures_of": estimate.measures}
    return made


def _words(name: str) -> str:
    """Return a name of the report's data as words: `log_loss` as `log loss`."""
    return {"auroc": "AUROC", "brier": "Brier score"}.get(name, str(name).replace("_", " "))
