import threading

import pytest

from service.intake.gate import Gate
from service.problems import Problem
from tests.service.running import until


def test_a_full_queue_turns_the_next_away_at_once_and_lets_it_in_later() -> None:
    gate = Gate(running=1, waiting=0, seconds=60)
    with gate.enter(), pytest.raises(Problem) as refusal, gate.enter():
        pass
    assert (refusal.value.status, refusal.value.code) == (503, "busy")
    with gate.enter():
        pass


def test_a_wait_ends() -> None:
    gate = Gate(running=1, waiting=1, seconds=0.01)
    with gate.enter(), pytest.raises(Problem) as refusal, gate.enter():
        pass
    assert refusal.value.headers["Retry-After"] == "1"


def test_no_more_work_at_once_than_may_run_and_nobody_is_lost() -> None:
    gate = Gate(running=2, waiting=20, seconds=60)
    inside: list[int] = []
    most: list[int] = []
    lock = threading.Lock()
    together = threading.Barrier(2)

    def work() -> None:
        with gate.enter():
            with lock:
                inside.append(1)
                most.append(len(inside))
            together.wait(timeout=60)  # passes only where two work at once
            with lock:
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(most) == 20
    assert max(most) == 2


def test_a_failure_inside_gives_the_place_back() -> None:
    gate = Gate(running=1, waiting=0, seconds=60)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), gate.enter():
            raise ZeroDivisionError


def test_turns_are_given_in_the_order_of_arrival() -> None:
    gate = Gate(running=1, waiting=8, seconds=60)
    order: list[int] = []
    arrived = threading.Semaphore(0)

    def work(number: int) -> None:
        arrived.release()
        with gate.enter():
            order.append(number)

    threads = []
    with gate.enter():
        for number in range(8):
            threads.append(threading.Thread(target=work, args=(number,)))
            threads[-1].start()
            arrived.acquire()
            until(lambda: gate.waiting == len(threads))
        with pytest.raises(Problem), gate.enter():
            pass
    for thread in threads:
        thread.join(timeout=60)
    assert order == list(range(8))


def test_who_gave_up_waiting_does_not_get_the_turn() -> None:
    gate = Gate(running=1, waiting=2, seconds=0.01)
    with gate.enter():
        for _ in range(3):
            with pytest.raises(Problem), gate.enter():
                pass
        assert gate.waiting == 0
    with gate.enter():
        pass
