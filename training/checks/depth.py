"""Images of more than 8 bits, and the one scale that they are read by."""

from training.checks.interface import Result, Subject

NAME = "depth"


def check(subject: Subject) -> list[Result]:
    """Say which samples are black and white, since nothing in such a file need say so."""
    scale = subject.dataset.reading.scale
    if scale is None:
        return []
    summary = (
        f"Images of more than 8 bits are read by one scale: samples of {scale.low:g} are black, of {scale.high:g} white"
        ". The model keeps it, so images to ask about must come with the same range."
    )
    return [Result(NAME, "info", summary, {"low": scale.low, "high": scale.high})]
