"""What speaks against trusting a model: every warning of its report, a sentence or two each."""

from dataclasses import dataclass
from typing import Any, Literal

from artifact.report.reading import mapping, mappings, number

Severity = Literal["critical", "warning"]
QUIET = ("healthy", "too_small_validation")
"""What the doctor says of a run in which nothing is wrong; of a few images each fold has few to validate on."""
MUCH = 0.02
"""By how much a log loss is worse, in nats, where that is a reason for distrust."""
NOTHING_LEARNED = "Nothing was learned that tells the classes apart."
"""Of a model that is no better than guessing; that it must not be used is said by the verdict above."""
MANY = 1 / 3
"""Share of the cross-validation's runs from which on a symptom is no accident of one split."""


@dataclass(frozen=True)
class Reason:
    """One reason for distrust."""

    severity: Severity
    sentence: str


@dataclass(frozen=True)
class Light:
    """What to do with a model, as a traffic light says it."""

    color: Literal["red", "yellow", "green"]
    sentence: str


def of(report: dict[str, Any]) -> list[Reason]:
    """Return the reasons for distrust in a report, the gravest first."""
    found = [
        Reason(check["severity"], str(check.get("summary")))
        for check in mappings(report.get("checks"))
        if check.get("severity") in ("critical", "warning")
    ]
    more = (_curves(report), _rough(report), _other_kinds(report))
    found += [Reason("warning", sentence) for sentence in more if sentence]
    return sorted(found, key=lambda reason: reason.severity != "critical")


def light(report: dict[str, Any], reasons: list[Reason]) -> Light:
    """Return the one line that stands below the verdict."""
    if mapping(report.get("estimate")).get("no_better_than_guessing"):
        return Light("red", NOTHING_LEARNED)
    critical = sum(reason.severity == "critical" for reason in reasons)
    if critical:
        return Light("red", f"Do not use it before this is mended: {_count(critical, 'grave fault')}.")
    if reasons:
        return Light("yellow", f"Use it with care: {_count(len(reasons), 'reason')} for distrust.")
    return Light("green", "The checks found no reason for distrust.")


def symptoms(report: dict[str, Any]) -> dict[str, int]:
    """Return in how many runs of the cross-validation the doctor saw what is no good sign, the commonest first."""
    found = mapping(mapping(report.get("training")).get("symptoms"))
    counts = {name: int(count) for name, count in found.items() if name not in QUIET and number(count) is not None}
    return dict(sorted(counts.items(), key=lambda entry: -entry[1]))


def runs(report: dict[str, Any]) -> int:
    """Return the number of runs of the cross-validation that have curves."""
    return len(mappings(mapping(report.get("training")).get("folds")))


def curves(report: dict[str, Any]) -> str:
    """Return what the loss curves say: of the final fit, and what many runs of the cross-validation add to it."""
    final = mapping(mapping(mapping(report.get("training")).get("final")).get("diagnosis"))
    ill = _curves(report)
    parts = ["" if ill and final.get("healthy") else str(final.get("verdict") or ""), ill]
    return " ".join(part for part in parts if part)


def worsened(report: dict[str, Any], least: float = 0.0005) -> str:
    """Return what is to be said where calibration made the probabilities worse, by `least` or more; else nothing."""
    section = mapping(report.get("calibration"))
    before, after = (number(mapping(section.get(key)).get("log_loss")) for key in ("before", "after"))
    if before is None or after is None or after - before < least:
        return ""
    return (
        f"On images left out, calibrating made the probabilities worse (log loss {before:.3f} as trained, {after:.3f} "
        "calibrated), as it can with few images. More images mend it."
    )


def _rough(report: dict[str, Any]) -> str:
    said = worsened(report, MUCH)
    return f"Its probabilities are rough. {said}" if said else ""


def _curves(report: dict[str, Any]) -> str:
    count = runs(report)
    many = {name: seen for name, seen in symptoms(report).items() if seen >= MANY * count}
    if not count or not many:
        return ""
    listed = " and ".join(f"{name.replace('_', ' ')} in {seen}" for name, seen in many.items())
    return f"In the {count} runs of the cross-validation the doctor sees {listed}."


def _other_kinds(report: dict[str, Any]) -> str:
    if report.get("recognises_other_kinds") is not False:
        return ""
    return "Pictures of other kinds are answered as if they were of these: it cannot tell that they are unfamiliar."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
