"""What is said of the time that is left: right where runs go alike, and nothing where they do not."""

from pathlib import Path

import pytest

from training import pace
from training.pace import Earlier, Pace
from training.settings import Settings

STAGES = {
    "Reading images": 2.0,
    "Looking for near duplicates": 4.0,
    "Preparing edges": 10.0,
    "Cross-validating edges": 20.0,
    "Cross-validating scratch": 40.0,
    "Fitting edges on all images": 6.0,
    "Publishing": 1.0,
}


class Clock:
    """Seconds that pass when they are told to."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def follow(stages: dict[str, float], until: str, files: int = 35, before: list[Earlier] | None = None) -> Pace:
    """Return the pace of a run whose stages take so long, at the beginning of one of them."""
    clock = Clock()
    run = Pace("kind", [Earlier("kind", 35, STAGES)] if before is None else before, clock)
    for title, seconds in stages.items():
        run.begin(title, files if title == "Reading images" else None)
        if title == until:
            return run
        clock.now += seconds
        run.end(title)
    return run


@pytest.mark.parametrize("speed", [0.3, 1.0, 3.0])
def test_a_run_on_a_faster_or_slower_machine_is_told_in_its_own_pace(speed: float) -> None:
    stages = {name: seconds * speed for name, seconds in STAGES.items()}
    found = follow(stages, "Cross-validating scratch").left()
    assert found == pytest.approx(speed * (40 + 6 + 1))  # what is left of the earlier run, at this speed


def test_the_stage_at_work_counts_down() -> None:
    run = follow(STAGES, "Cross-validating scratch")
    assert isinstance(run.clock, Clock)
    run.clock.now += 30
    assert run.left() == pytest.approx(10 + 6 + 1)
    run.clock.now += 55  # 85 s for what took 40
    assert run.left() is None


def test_what_lay_in_the_cache_says_nothing_of_the_pace() -> None:
    cached = STAGES | {"Reading images": 0.1, "Preparing edges": 0.1}
    assert follow(cached, "Cross-validating scratch").left() == pytest.approx(47)


TWO = {
    "Reading images": 2.0,
    "Looking for near duplicates": 4.0,
    "Preparing one": 10.0,
    "Cross-validating one": 20.0,
    "Preparing two": 60.0,
    "Cross-validating two": 20.0,
    "Fitting two on all images": 7.0,
}
CACHED = TWO | {"Preparing one": 0.1, "Preparing two": 0.1}


@pytest.mark.parametrize(
    ("before", "now", "until", "left"),
    [
        (TWO, TWO, "Preparing two", 87),  # all is computed anew, as then
        (TWO, CACHED, "Preparing two", None),  # 60 s or nothing
        (TWO, CACHED, "Cross-validating two", 27),
        (CACHED, CACHED, "Preparing two", 27.1),
        (CACHED, TWO, "Preparing two", None),  # one was computed anew, so two may have to be
    ],
)
def test_features_are_reckoned_with_once_it_is_seen_whether_they_lie_in_the_cache(
    before: dict[str, float], now: dict[str, float], until: str, left: float | None
) -> None:
    found = follow(now, until, before=[Earlier("kind", 35, before)]).left()
    assert found == (None if left is None else pytest.approx(left))


def test_much_is_not_foretold_from_little() -> None:
    long = STAGES | {"Cross-validating scratch": 400.0}
    before = [Earlier("kind", 35, long)]
    assert follow(long, "Cross-validating edges", before=before).left() is None  # 4 s are behind it, 427 left
    assert follow(long, "Fitting edges on all images", before=before).left() == pytest.approx(7)


@pytest.mark.parametrize(
    ("stages", "until"),
    [
        (STAGES, "Reading images"),  # nothing is behind it
        (STAGES, "Publishing"),  # a second is left
        (STAGES | {"Looking for near duplicates": 40.0}, "Cross-validating scratch"),  # not alike: 10 and 1 times
    ],
)
def test_nothing_is_said_that_is_not_known(stages: dict[str, float], until: str) -> None:
    assert follow(stages, until).left() is None


@pytest.mark.parametrize(
    "before",
    [[], [Earlier("another kind", 35, STAGES)], [Earlier("kind", 80, STAGES)], [Earlier("kind", 15, STAGES)]],
)
def test_only_a_run_of_its_kind_and_size_is_compared(before: list[Earlier]) -> None:
    assert follow(STAGES, "Cross-validating scratch", before=before).left() is None


def test_a_stage_that_was_not_there_before_and_one_that_is_not_there_now_do_no_harm() -> None:
    now = {name: seconds for name, seconds in STAGES.items() if "scratch" not in name}
    now = {**now, "Comparing with the version that is served": 3.0}
    assert follow(now, "Fitting edges on all images").left() == pytest.approx(7)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (5, "about 5 s"),
        (38, "about 40 s"),
        (87, "about 90 s"),
        (95, "about 2 min"),
        (600, "about 10 min"),
        (9000, "2.5 h"),
    ],
)
def test_the_words_are_no_finer_than_what_is_known(seconds: float, said: str) -> None:
    assert said in pace.words(seconds)
    assert pace.words(seconds).endswith(" left")


def test_runs_are_kept_by_what_was_asked_for_and_a_damaged_file_is_as_none(tmp_path: Path) -> None:
    settings = Settings(cache=tmp_path / "cache")
    first = pace.load(settings)
    assert first is not None
    assert first.earlier == []
    first.begin("Reading images", 35)
    first.end("Reading images")
    pace.save(settings, first)
    again, other = pace.load(settings), pace.load(Settings(cache=tmp_path / "cache", folds=3))
    assert again is not None
    assert other is not None
    assert [(one.kind, one.files, [*one.stages]) for one in again.earlier] == [(again.kind, 35, ["Reading images"])]
    assert other.kind != again.kind
    for damaged in ("", "[1]", '[{"kind": 1}]', '{"a": 2}'):
        (tmp_path / "cache" / pace.FILE).write_text(damaged)
        assert getattr(pace.load(settings), "earlier", None) == []
    assert pace.load(Settings(cache=None)) is None
    pace.save(Settings(cache=None), first)
