"""Time and memory against the number of images, as an SVG picture, dark on light pages and light on dark ones."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.training.timing import Run
from doctor.plot.scale import Scale

WIDTH, PANEL, LEFT, RIGHT = 560, 210, 62, 96
DASHES = {"empty cache": "", "cached": "6 4"}
Points = list[tuple[float, float]]


@dataclass(frozen=True)
class _Panel:
    """One quantity: its lines by name, and the axes, both logarithmic."""

    title: str
    lines: dict[str, Points]
    across: Scale
    top: int

    @property
    def up(self) -> Scale:
        values = [value for points in self.lines.values() for _, value in points]
        bottom = self.top + PANEL - 12
        return Scale(min(values) / 1.5, max(values) * 1.5, bottom, self.top + 30, logarithmic=True)

    def draw(self) -> str:
        parts = [f'<text x="8" y="{self.top + 18}" font-weight="bold">{self.title}</text>']
        parts += [self._tick(value) for value in _round_values(self.up)]
        parts.append(self._proportion(max(max(points) for points in self.lines.values())))
        parts += [self._line(name, points) for name, points in self.lines.items()]
        return "".join(parts)

    def _tick(self, value: float) -> str:
        y = self.up(value)
        return (
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="currentColor" opacity="0.15"/>'
            f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{value:,.0f}</text>'
        )

    def _proportion(self, last: tuple[float, float]) -> str:
        """Draw growth in proportion to the number of images, through the last point."""
        images, value = last
        first = max(self.across.low, images * self.up.low / value)
        points = [(first, value * first / images), last]
        drawn = " ".join(f"{self.across(x):.1f},{self.up(y):.1f}" for x, y in points)
        return f'<polyline points="{drawn}" fill="none" stroke="currentColor" stroke-dasharray="1 4" opacity="0.7"/>'

    def _line(self, name: str, points: Points) -> str:
        drawn = [(self.across(x), self.up(y)) for x, y in points]
        marks = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in drawn)
        x, y = drawn[-1]
        return (
            f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in drawn)}" fill="none" stroke="currentColor" '
            f'stroke-width="2" stroke-dasharray="{DASHES[name]}"/>{marks}'
            f'<text x="{x + 8:.1f}" y="{y + (4 if name == "cached" else -2):.1f}">{name}</text>'
        )


def draw(runs: Sequence[Run]) -> str:
    """Return the picture; a dotted line has the slope of growth in proportion to the number of images."""
    images = sorted({float(run.images) for run in runs})
    across = Scale(images[0], images[-1], LEFT, WIDTH - RIGHT, logarithmic=True)
    cold, warm = ([run for run in runs if run.warm == wanted] for wanted in (False, True))
    panels = [
        _Panel("seconds of the processor", _seconds(cold, warm), across, 0),
        _Panel("peak memory, MB", {"empty cache": [(run.images, run.megabytes) for run in cold]}, across, PANEL),
    ]
    bottom = 2 * PANEL
    ticks = "".join(f'<text x="{across(n):.1f}" y="{bottom + 16}" text-anchor="middle">{n:,.0f}</text>' for n in images)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom + 44}" role="img" '
        'font-family="sans-serif" font-size="13" fill="currentColor">'
        "<style>svg{color:#222}@media(prefers-color-scheme:dark){svg{color:#ddd}}</style>"
        "<title>Time and memory of a training run by the number of images; dotted: growth in proportion</title>"
        f"{''.join(panel.draw() for panel in panels)}{ticks}"
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{bottom + 36}" text-anchor="middle">training images</text></svg>\n'
    )


def _seconds(cold: Sequence[Run], warm: Sequence[Run]) -> dict[str, Points]:
    """Return the lines that there are."""
    lines = {"empty cache": cold, "cached": warm}
    return {name: [(float(run.images), run.processor) for run in runs] for name, runs in lines.items() if runs}


def _round_values(axis: Scale) -> list[float]:
    """Return 1, 2 and 5 times the powers of ten inside the axis, or the powers alone where those are many."""
    powers = [10.0**power for power in range(-1, 6)]
    values = [factor * power for power in powers for factor in (1, 2, 5) if axis.low <= factor * power <= axis.high]
    return values if len(values) <= 6 else [power for power in powers if axis.low <= power <= axis.high]
