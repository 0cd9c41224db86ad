"""What more images would bring, in the words of the verdict."""

from collections import Counter
from typing import Any

from artifact.report.reading import mapping, mappings, number
from artifact.report.verdict import of_hundred

HARDLY = 0.01
"""Gain of the share told right, of five times as many images, below which they will hardly help."""
MOST_OF = 0.75
"""Share of the wrong ones that are of one class from which on that is worth a word."""


def describe(report: dict[str, Any]) -> str:
    """Return what is to be said of more images; the empty text where the report has nothing on it.

    Read are `more_images`, `estimate`, `data` (its groups) and `wrong`.
    """
    section = mapping(report.get("more_images"))
    if section.get("unknown"):
        return str(section["unknown"])
    expected = [one for one in mappings(section.get("expected")) if _is_sound(one)]
    now = number(mapping(mapping(report.get("estimate")).get("accuracy")).get("value"))
    if not expected or now is None:
        return ""
    if of_hundred(expected[-1]["value"]) <= of_hundred(now) or expected[-1]["value"] - now < HARDLY:
        told = f"More images of this kind will hardly help: {_promise(expected[-1], report, first=True)}"
        return f"{told}, and {of_hundred(now)} are expected now.{_wrong(report)}"
    said = ", ".join(_promise(one, report, first=position == 0) for position, one in enumerate(expected))
    most = section.get("helps_most")
    more = f"; more images of {most} help most" if most else ""
    return f"{said[0].upper()}{said[1:]}{more}."


def _promise(one: dict[str, Any], report: dict[str, Any], first: bool) -> str:
    value, low, high = (of_hundred(one[end]) for end in ("value", "low", "high"))
    images = f"{int(one['images']):,}{' images' if first else ''}{_of_groups(one, report)}"
    about = f"expect about {value} of 100 told right" if first else f"about {value}"
    return f"with {images} {about} ({low} to {high})"


def _of_groups(one: dict[str, Any], report: dict[str, Any]) -> str:
    """Return how many patients (videos, sites) that is, as more images of the same ones do not help."""
    data = mapping(report.get("data"))
    groups = mapping(data.get("groups"))
    all_of_them, images = number(groups.get("train")), number(data.get("n_train"))
    if not all_of_them or not images:
        return ""
    return f" of {round(all_of_them * one['images'] / images):,} {groups.get('called')}s"


def _wrong(report: dict[str, Any]) -> str:
    """Return what the wrong ones have in common."""
    images = [one for one in mappings(mapping(report.get("wrong")).get("images")) if one.get("part") == "train"]
    if len(images) < 2:
        return ""
    ((name, count),) = Counter(str(one.get("actual")) for one in images).most_common(1)
    doubted = sum(bool(one.get("doubted")) for one in images)
    told = [f"{count} of the {len(images)} told wrong are {name}"] if count >= MOST_OF * len(images) else []
    told += [f"{doubted} of the {len(images)} told wrong may have the wrong label"] if doubted else []
    return "".join(f" {sentence}." for sentence in told)


def _is_sound(one: dict[str, Any]) -> bool:
    return all(number(one.get(name)) is not None for name in ("images", "value", "low", "high"))
