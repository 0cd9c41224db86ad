"""The least rate of a client, worked out by hand."""

from service.intake.pace import Pace


def test_a_client_that_moves_enough_in_each_window_goes_on_for_ever() -> None:
    pace = Pace(seconds=20, rate=1000)
    for _ in range(100):
        pace.moved(10_000)
        assert pace.waited(10)


def test_a_standstill_ends_with_the_window() -> None:
    pace = Pace(seconds=20, rate=1000)
    assert pace.waited(19)
    assert pace.left == 1
    assert not pace.waited(1)


def test_what_came_in_the_window_before_does_not_count() -> None:
    pace = Pace(seconds=20, rate=1000)
    pace.moved(10_000_000)
    assert pace.waited(20)
    assert not pace.waited(20)


def test_a_drip_is_too_slow_and_a_rate_of_nothing_asks_for_nothing() -> None:
    drip, free = Pace(seconds=20, rate=1000), Pace(seconds=20, rate=0)
    for pace in (drip, free):
        pace.moved(19_999)
    assert not drip.waited(20)
    assert free.waited(20)


def test_who_is_behind_is_known_before_the_window_ends() -> None:
    pace = Pace(seconds=20, rate=1000)
    pace.moved(500)
    assert not pace.is_behind(waiting=0.4, least=1)
    assert pace.is_behind(waiting=1.0, least=1)
    pace.moved(10_000)
    assert not pace.is_behind(waiting=1.0, least=1)
