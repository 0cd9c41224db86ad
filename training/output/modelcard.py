"""The card and the report for people: README.md of a version, with the front matter of a Hugging Face model card."""

from typing import Any

from artifact.card import Card
from artifact.report import reasons, sections
from training.origin import Origin
from training.output import promise, unused


def render(card: Card, report: dict[str, Any], origin: Origin | None) -> str:
    """Return the text of README.md (Mitchell et al. 2019, model cards); `origin` is whose weights the network holds."""
    sections = (
        _front_matter(card, origin),
        _answer(card, report),
        _limits(card, report),
        _use(card, report, origin),
        *_unused(report["data"].get("skipped", [])),
    )
    return "\n".join(line for section in sections for line in (*section, ""))


def _front_matter(card: Card, origin: Origin | None) -> list[str]:
    return [
        "---",
        *([f"license: {origin.licence}"] if origin else []),
        "library_name: onnx",
        "pipeline_tag: image-classification",
        "tags: [thirtyfive, image-classification, onnx, small-data]",
        "---",
        "",
        f"# {card.name}: {card.classes.positive} or {card.classes.negative}",
    ]


def _answer(card: Card, report: dict[str, Any]) -> list[str]:
    rows = [
        f"| {name.replace('_', ' ')} | {_number(value['value'])} | {_range(value)} | {value['n']} |"
        for name, value in report["estimate"].items()
        if isinstance(value, dict) and not (report["estimate"].get("withheld") and name in promise.SHARES)
    ]
    return [
        report["verdict"],
        "",
        *_reasons(report),
        "| on new images of this kind | expected | 95 % interval | images |",
        "| --- | --- | --- | --- |",
        *rows,
        "",
        *_test(report["test"]),
        *(["", more] if (more := sections.more_images(report)) else []),
    ]


def _test(test: dict[str, Any] | None) -> list[str]:
    if test is None:
        return ["There were no test images; the numbers come from cross-validation."]
    accuracy = test["accuracy"]
    if test.get("withheld"):
        return [promise.describe_test(test)]
    return [
        f"On the {test['n']} test images: accuracy {_number(accuracy['value'])} (95 % interval {_range(accuracy)})."
    ]


def _reasons(report: dict[str, Any]) -> list[str]:
    """Return what speaks against the model, and the names of what it told wrong."""
    found = reasons.of(report)
    lines = [reasons.light(report, found).sentence, "", *(f"- {reason.sentence}" for reason in found), ""]
    wrong = sections.wrong(report)
    named = [
        f"- {image['file']}: was {image['actual']}, said {image['said']}" for image in wrong.first[: sections.MOST]
    ]
    more = len(wrong.first) - len(named) + wrong.more
    rest = [f"- and {more} more: `report.html`"] if more else []
    return [*lines, *(["Photos that it got wrong:", "", *named, *rest, ""] if named else [])]


def _limits(card: Card, report: dict[str, Any]) -> list[str]:
    novelty = "are flagged `unfamiliar`" if card.novelty_limit is not None else "are not recognised as such"
    told = "It does not tell" if card.guessing else "It tells"
    return [
        "## Limits",
        "",
        f"- {told} {card.classes.positive} from {card.classes.negative} in images like those it was trained on, and "
        "nothing else. Images of other kinds " + novelty + ".",
        _uncertain(card),
        "- Do not let it decide about people's health, rights or safety by itself.",
    ]


def _uncertain(card: Card) -> str:
    if card.guessing:
        return "- Every answer is flagged `uncertain`, since it is no better than guessing."
    low, high = card.uncertain.low, card.uncertain.high
    return f"- Probabilities between {low:.2f} and {high:.2f} are flagged `uncertain` ({card.uncertain.method})."


def _use(card: Card, report: dict[str, Any], origin: Origin | None) -> list[str]:
    spec, data = card.input, report["data"]
    whole = card.settings.get("fit", {}).get("arithmetic") == "int8"
    counts = ", ".join(f"{count} {name}" for name, count in data["counts"]["train"].items())
    return [
        "## How it was made",
        "",
        f"- Strategy `{card.strategy}`, seed {card.seed}, trained on {data['n_train']} images ({counts}).",
        f"- `model.onnx` takes uint8 `[N, {spec.height}, {spec.width}, {spec.channels}]` ({spec.color}) and gives "
        f"{', '.join(f'`{name}`' for name in card.model.outputs)}; `card.json` says how a logit becomes an answer.",
        f"- It holds {origin.what if origin else 'no weights that others made, so its licence is yours to choose'}.",
        *(["- It computes in int8, with the same answers on every processor."] if whole else []),
        "- `report.html` is a page to read, `report.json` has every number, curve and check, and `golden.json` has "
        "cases to test a runtime with.",
    ]


def _unused(skipped: list[dict[str, str]]) -> list[list[str]]:
    if not skipped:
        return []
    lines = unused.name(skipped, "`report.json`, `data.skipped`")
    return [["## Files that were not used", "", *(f"- {line}" for line in lines)]]


def _range(interval: dict[str, Any]) -> str:
    return f"{_number(interval['low'])} to {_number(interval['high'])}"


def _number(value: float | None) -> str:
    return "not measurable" if value is None else f"{value:.3f}"
