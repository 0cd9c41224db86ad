"""Small linear algebra runs on one thread, and what comes after it on as many as before."""

from threadpoolctl import threadpool_info, threadpool_limits

from training.fitting.one_thread import on_one_thread


def count_threads() -> set[int]:
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}


def test_blas_has_one_thread_inside_and_as_many_as_before_afterwards() -> None:
    with threadpool_limits(2, user_api="blas"):
        assert on_one_thread(count_threads)() == {1}
        assert count_threads() == {2}
