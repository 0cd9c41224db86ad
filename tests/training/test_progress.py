import io
from typing import cast

import pytest
from rich.console import Console

from training.pace import Pace
from training.progress import Stages


def _work(stages: Stages) -> None:
    with stages.stage("Reading images", 3) as advance:
        for _ in range(3):
            advance()
    with stages.stage("Thinking") as advance:
        advance()


def test_elsewhere_than_in_a_terminal_each_stage_is_one_plain_line() -> None:
    output = io.StringIO()
    _work(Stages(Console(file=output, width=80)))
    assert output.getvalue().splitlines() == ["Reading images ...", "Thinking ..."]


def test_the_stages_of_one_of_several_say_which_it_is() -> None:
    output = io.StringIO()
    stages = Stages(Console(file=output, width=80))
    with stages.within("3 of 7: "):
        _work(stages)
    _work(stages)
    assert output.getvalue().splitlines() == [
        "3 of 7: Reading images ...",
        "3 of 7: Thinking ...",
        "Reading images ...",
        "Thinking ...",
    ]
    assert set(stages.seconds) == {"Reading images", "Thinking"}


class Always:
    """A pace that knows that forty seconds are left."""

    def begin(self, title: str, total: int | None) -> None:
        pass

    def end(self, title: str) -> None:
        pass

    def left(self) -> float:
        return 40.0


@pytest.mark.parametrize("terminal", [False, True])
def test_what_is_left_is_said_beside_the_stage(terminal: bool) -> None:
    output = io.StringIO()
    stages = Stages(Console(file=output, width=100, force_terminal=terminal, color_system=None))
    stages.pace = cast(Pace, Always())
    with stages.within("3 of 7: "):
        _work(stages)
    lines = output.getvalue().splitlines()
    if not terminal:
        assert lines == [f"3 of 7: {title} ... (about 40 s left)" for title in ("Reading images", "Thinking")]
    else:
        assert "3 of 7: Reading images" in output.getvalue()
        assert "about 40 s left" in output.getvalue()


def test_in_a_terminal_each_stage_is_a_bar_that_ends_full() -> None:
    output = io.StringIO()
    _work(Stages(Console(file=output, width=100, force_terminal=True, color_system=None)))
    shown = output.getvalue()
    assert "Reading images" in shown
    assert "3/3" in shown
    assert "1/1" in shown.split("Thinking")[-1]


def test_quiet_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    _work(Stages(quiet=True))
    assert capsys.readouterr() == ("", "")


def test_by_default_results_and_progress_do_not_mix(capsys: pytest.CaptureFixture[str]) -> None:
    _work(Stages())
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Thinking" in captured.err


def test_every_stage_is_timed_and_an_error_passes_through() -> None:
    stages = Stages(quiet=True)
    _work(stages)
    assert set(stages.seconds) == {"Reading images", "Thinking"}
    with pytest.raises(KeyboardInterrupt), stages.stage("Interrupted"):
        raise KeyboardInterrupt
    assert "Interrupted" not in stages.seconds
