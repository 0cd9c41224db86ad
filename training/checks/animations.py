"""Moving pictures, of which one frame is read."""

from training.checks.interface import Result, Subject

NAME = "animations"


def check(subject: Subject) -> list[Result]:
    """Count the animations, whose first frame stands for all unless `--pages` was given."""
    dataset = subject.dataset
    files = [sample.file for sample in dataset.samples if sample.facts.animated]
    if not files or dataset.reading.pages is not None:
        return []
    several = len(files) > 1
    summary = (
        f"{len(files)} {'images are animations' if several else 'image is an animation'}, {files[0]} "
        f"{'among them' if several else 'by name'}; the first frame {'of each ' if several else ''}is used. "
        "If another is meant, say --pages middle or max, or save that frame as an image."
    )
    return [Result(NAME, "info", summary, {"files": files})]
