"""Files that could not be used at all."""

from training.checks.interface import Result, Subject

NAME = "unreadable"


def check(subject: Subject) -> list[Result]:
    """Report the files that were skipped, each with its reason, but for those that somebody chose to leave out."""
    skipped = [entry for entry in subject.dataset.skipped if not entry.on_purpose]
    if not skipped:
        return []
    files = "1 file was" if len(skipped) == 1 else f"{len(skipped)} files were"
    return [
        Result(
            NAME,
            "warning",
            f"{files} not used. Each is listed with its reason; mend or remove them.",
            {"files": [{"file": entry.file, "reason": entry.reason} for entry in skipped]},
        )
    ]
