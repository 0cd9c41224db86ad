"""The card and the report for people: README.md of a version, with the front matter of a Hugging Face model card."""

from artifact.card import Card
from artifact.report import data, listed, reasons, table
from artifact.report.record import VERDICT
from artifact.report.section import Report
from training.origin import Origin


def render(card: Card, report: Report, origin: Origin | None) -> str:
    """Return the text of README.md (Mitchell et al. 2019, model cards); `origin` is whose weights the network holds."""
    parts = (
        _front_matter(card, origin),
        _answer(report),
        _limits(card),
        _use(card, report, origin),
        *_unused(report),
    )
    return "\n".join(line for part in parts for line in (*part, ""))


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


def _answer(report: Report) -> list[str]:
    """Return the verdict, what speaks against the model, and the paragraph of each section that has one."""
    found = reasons.of(report)
    distrust = [reasons.light(report, found).sentence, "", *(f"- {reason.sentence}" for reason in found)]
    told = [list(section.card(report)) for section in table.SECTIONS if section.card is not None]
    paragraphs = [[report.get(VERDICT) or ""], distrust, *filter(None, told)]
    return [line for paragraph in paragraphs for line in (*paragraph, "")][:-1]


def _limits(card: Card) -> list[str]:
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
    if low >= high:
        return f"- No answer is flagged `uncertain`: the band of those is empty ({card.uncertain.method})."
    return f"- Probabilities between {low:.2f} and {high:.2f} are flagged `uncertain` ({card.uncertain.method})."


def _use(card: Card, report: Report, origin: Origin | None) -> list[str]:
    spec, images = card.input, data.of(report)
    whole = card.settings.get("fit", {}).get("arithmetic") == "int8"
    return [
        "## How it was made",
        "",
        f"- Strategy `{card.strategy}`, seed {card.seed}, trained on {images.n_train} images ({images.told}).",
        f"- `model.onnx` takes uint8 `[N, {spec.height}, {spec.width}, {spec.channels}]` ({spec.color}) and gives "
        f"{', '.join(f'`{name}`' for name in card.model.outputs)}; `card.json` says how a logit becomes an answer.",
        f"- It holds {origin.what if origin else 'no weights that others made, so its licence is yours to choose'}.",
        *(["- It computes in int8, with the same answers on every processor."] if whole else []),
        "- `report.html` is a page to read, `report.json` has every number, curve and check, and `golden.json` has "
        "cases to test a runtime with.",
    ]


def _unused(report: Report) -> list[list[str]]:
    lines = listed.name(data.of(report).skipped, "`report.json`, `data.skipped`")
    return [["## Files that were not used", "", *(f"- {line}" for line in lines)]] if lines else []
