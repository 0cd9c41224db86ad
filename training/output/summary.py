"""What a training found, for the terminal: in the order of the report page, in its words."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from artifact import store
from artifact.report import numbers, reasons, sections
from training.output import promise, unused

_COLORS = {"red": "bold red", "yellow": "yellow", "green": "green"}
_REST = f"{store.PAGE_FILE} and {store.REPORT_FILE} of the model"


class Line(NamedTuple):
    """One line, and how it is coloured where that can be."""

    text: str
    style: str = ""


def describe(report: dict[str, Any]) -> Iterator[Line]:
    """Yield what is to be known of a model: what to expect, what speaks against it, what was told wrong, the rest."""
    found = reasons.of(report)
    light = reasons.light(report, found)
    yield Line(report["verdict"], "bold")
    yield Line(light.sentence, _COLORS[light.color])
    for reason in found:
        yield Line(f"  - {reason.sentence}", _COLORS["red" if reason.severity == "critical" else "yellow"])
    yield from map(Line, _photos(report))
    yield from map(Line, _files(report))
    yield from map(Line, _rest(report))


def _photos(report: dict[str, Any]) -> Iterator[str]:
    wrong = sections.wrong(report)
    if wrong.first:
        yield "Photos it got wrong, each answered by models that had not seen it:"
    for image in wrong.first[: sections.MOST]:
        where = ", a test image" if image["part"] == "test" else ""
        question = " Is the label right?" if image["doubted"] else ""
        said = f"was {image['actual']}, said {image['said']}, {numbers.percent(image['probability'])}{where}."
        yield f"  {image['file']}: {said}{question}"
    more = len(wrong.first) - sections.MOST + wrong.more
    if more > 0:
        yield f"  and {more} more: {_REST}"
    others = sections.others_to_look_at(report)
    if others:
        yield "Also worth a look:"
    for image in others[: sections.MOST]:
        yield f"  {image['file']}: {image['reason']}"


def _files(report: dict[str, Any]) -> Iterator[str]:
    for repeated in sections.duplicates(report):
        yield f"{repeated.title}:"
        for row in repeated.rows.first:
            yield f"  {' = '.join(row)}"
        if repeated.rows.more:
            yield f"  and {repeated.rows.more} more: {_REST}"
    skipped = report["data"]["skipped"]
    if skipped:
        yield "Files that were not used:"
        for line in unused.name(skipped, f"{store.REPORT_FILE} of the model, data.skipped"):
            yield f"  {line}"


def _rest(report: dict[str, Any]) -> Iterator[str]:
    if report["test"] is not None:
        yield promise.describe_test(report["test"])
    if more := sections.more_images(report):
        yield more
    if report["framing"] is not None:
        yield report["framing"]["summary"]
    for failure in report["failed"]:
        yield f"{failure['candidate']} could not be trained: {failure['reason']}"
    for stopped in report.get("stopped", ()):
        yield f"{stopped['candidate']} was stopped. {stopped['reason']}"
    for one in report["augmentation"]:
        yield _describe_invariance(one)
    said = reasons.curves(report)
    if said and said not in {reason.sentence for reason in reasons.of(report)}:
        yield f"Loss curves: {said}"
    for check in report["checks"]:
        if check["severity"] == "info":
            yield check["summary"]


def _describe_invariance(brought: dict[str, Any]) -> str:
    change, error = brought["log_loss_change"], brought["standard_error"]
    did = f"{'lowered' if change < 0 else 'raised'} the log loss by {abs(change):.3f} (standard error {error:.3f})"
    where = f"Varying by {brought['invariance']}, on the features of {brought['candidate']},"
    return f"{where} {did} and is {'used' if brought['used'] else 'left out'}."
