"""Images of more than 8 bits, and the one scale that they are read by."""

from artifact.card import Scale
from artifact.deep import Range
from training.checks.interface import Result, Subject

NAME = "depth"
FACTOR = 2
"""How many times as long, or as short, as the scale a range may be."""


def check(subject: Subject) -> list[Result]:
    """Say which samples are black and white, since nothing in such a file need say so, and which do not fit."""
    scale = subject.dataset.reading.scale
    if scale is None:
        return []
    summary = (
        f"Images of more than 8 bits are read by one scale: samples of {scale.low:g} are black, of {scale.high:g} white"
        ". The model keeps it, so images to ask about must come with the same range."
    )
    return [Result(NAME, "info", summary, {"low": scale.low, "high": scale.high}), *_others(subject, scale)]


def _others(subject: Subject, scale: Scale) -> list[Result]:
    """Return a warning of the images that are of another range by their own word, or by samples far beyond white."""
    told = [(one.file, _range(one.facts.samples, scale)) for one in subject.dataset.train if one.facts.samples]
    others = {file: said for file, said in told if not _fits(said, scale)}
    if not others:
        return []
    file, (low, high) = next(iter(others.items()))
    summary = (
        f"{len(others)} of {len(subject.dataset.train)} training images have another range (such as {file}: "
        f"{low:g} to {high:g}), so by this scale they may be far too dark, or nearly white. Bring all to one range, "
        "or save each in 8 bits as it is meant to look."
    )
    return [Result(NAME, "warning", summary, {"files": list(others)})]


def _fits(said: tuple[float, float], scale: Scale) -> bool:
    """Tell whether a range is about as long as the scale, and its middle within it."""
    (low, high), length = said, scale.high - scale.low
    return 1 / FACTOR <= (high - low) / length <= FACTOR and scale.low <= (low + high) / 2 <= scale.high


def _range(samples: Range, scale: Scale) -> tuple[float, float]:
    """Return the range that a file declares; of one that declares none, the scale, as far as its samples stay in it."""
    return samples.declared or (scale.low, max(scale.high, samples.high))
