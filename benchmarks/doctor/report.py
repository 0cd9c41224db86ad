"""Scores as a table for people."""

from __future__ import annotations

from benchmarks.doctor.scoring import Score
from doctor.findings import LABELS


def render(title: str, scored: Score) -> str:
    """Return a Markdown table: precision, recall, F1 for each label, and the sums below."""
    lines = [f"## {title}", "", "| label | runs | precision | recall | F1 |", "| --- | ---: | ---: | ---: | ---: |"]
    for label in LABELS:
        count = scored.right[label] + scored.missed[label]
        if count + scored.wrong[label]:
            numbers = (scored.precision(label), scored.recall(label), scored.f1(label))
            lines.append(f"| {label} | {count} | " + " | ".join(f"{number:.3f}" for number in numbers) + " |")
    lines += ["", summary(scored)]
    return "\n".join(lines)


def summary(scored: Score) -> str:
    """Return the three figures that matter most."""
    return (
        f"macro F1 {scored.macro_f1():.3f}; {scored.false_alarm_rate():.1%} of {scored.healthy} healthy runs called "
        f"ill; {scored.exact:.1%} of runs with every label right"
    )
