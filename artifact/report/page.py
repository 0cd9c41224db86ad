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
from artifact.report import figures, glossary, numbers, reasons, sections
from artifact.report.reading import mapping, mappings

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
    report: dict[str, Any],
    title: str,
    curves: Curves,
    notices: Sequence[str] = (),
    link: Callable[[str], str | None] = str,
) -> str:
    """Return the report as the content of a page.

    Args:
        report: The object of `report.json`; a section that it lacks, or that is odd, is left out.
        title: What is reported on: `bees, version 2`.
        curves: Its loss curves, as whoever calls can draw them.
        notices: What is to be said of the model where it runs, before the report's own reasons for distrust.
        link: Gives the address of a file of the version, or None where it cannot be had.
    """
    found = reasons.of(report)
    names = ("estimate", "test", "than_before", "calibration", "classes", "data")
    values = {name: mapping(report.get(name)) for name in names}
    lists = ("comparison", "failed", "stopped", "augmentation", "checks", "checks_not_run")
    return str(
        _environment()
        .get_template("body.html")
        .render(
            title=title,
            verdict=report.get("verdict"),
            light=reasons.light(report, found),
            reasons=[*(reasons.Reason("warning", notice) for notice in notices), *found],
            curves=curves,
            figures={draw.__name__: draw(report) for draw in _FIGURES},
            files=[(file, address, what) for file, what in FILES.items() if (address := link(file))],
            wrong=sections.wrong(report),
            others=sections.others_to_look_at(report),
            duplicates=sections.duplicates(report),
            unused=sections.unused(report),
            confusion=sections.confusion(report),
            training=sections.training(report),
            curves_said=reasons.curves(report),
            symptoms=reasons.symptoms(report),
            runs=reasons.runs(report),
            worsened=reasons.worsened(report),
            has_times=sections.has_times(report),
            passed=sections.passed(report),
            more_images=sections.more_images(report),
            framing=mapping(report.get("framing")).get("summary"),
            knows_kinds=report.get("recognises_other_kinds"),
            **values,
            **{name: mappings(report.get(name)) for name in lists},
        )
    )


def alone(report: dict[str, Any], name: str, curves: Curves) -> str:
    """Return the report as a file of its own, which lies beside the model that is called `name`."""
    style = (FOLDER / STYLE).read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    content = body(report, name, curves)
    return str(_environment().get_template("alone.html").render(name=name, style=style, digest=digest, body=content))


_FIGURES = (figures.accuracy, figures.comparison, figures.calibration, figures.growth)


@cache
def _environment() -> Any:
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=jinja2.ChainableUndefined,  # older reports lack what newer ones have
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
    made.globals |= {"WORDS": glossary.WORDS}
    return made


def _words(name: str) -> str:
    """Return a name of the report's data as words: `log_loss` as `log loss`."""
    return {"auroc": "AUROC", "brier": "Brier score"}.get(name, str(name).replace("_", " "))
