"""What is passed over where images are listed: every file is counted with its reason, and the first of them are named.

Training and batches list by the same rules (`artifact.filenames`) and say it in the same words.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from artifact.filenames import REASONS

_MOST_NAMES = 1000
_MOST_SUFFIXES = 100
_SHOWN = 5
_OTHERS = "others"


@dataclass
class PassedOver:
    """Counts of what was passed over; it stays small whatever is listed.

    Attributes:
        counts: By reason and by suffix, in small letters with the dot (`""` without one); the hundredth and later
            suffixes of a reason are counted as `others`.
        names: The first thousand: path and reason.
    """

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    names: list[dict[str, str]] = field(default_factory=list)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "PassedOver":
        """Return what `to_json` gave, or nothing passed over where that is empty."""
        counts = {reason: Counter(by_suffix) for reason, by_suffix in values.get("counts", {}).items()}
        return cls(counts, list(values.get("names", ())))

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "files": self.files,
            "counts": {reason: dict(found.most_common()) for reason, found in self.counts.items()},
            "names": self.names,
        }

    @property
    def files(self) -> int:
        """How many were passed over; a folder counts as one."""
        return sum(found.total() for found in self.counts.values())

    def add(self, path: str, reason: str) -> None:
        """Count a file or folder (whose path ends in a slash) with a reason of `REASONS`."""
        found = self.counts.setdefault(reason, Counter())
        suffix = "/" if path.endswith("/") else PurePosixPath(path).suffix.lower()
        found[suffix if suffix in found or len(found) < _MOST_SUFFIXES else _OTHERS] += 1
        if len(self.names) < _MOST_NAMES:
            self.names.append({"path": path, "reason": reason})

    def sentence(self) -> str:
        """Return all counts in one line: `Passed over 3: 2 .txt, 1 .pdf (not an image suffix)`; empty for none."""
        parts = [f"{_by_suffix(found)} ({REASONS.get(reason, reason)})" for reason, found in self.counts.items()]
        return f"Passed over {self.files:,}: {'; '.join(parts)}" if parts else ""


def _by_suffix(found: Counter[str]) -> str:
    words = {"": "without a suffix", "/": "folder"}
    shown = [f"{count:,} {words.get(suffix, suffix)}" for suffix, count in found.most_common(_SHOWN)]
    more = found.total() - sum(count for _, count in found.most_common(_SHOWN))
    return ", ".join([*shown, *([f"{more:,} more"] if more else [])])
