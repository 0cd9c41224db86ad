"""Linear algebra on small matrices, by one thread.

OpenBLAS shares even a matrix of 35 x 35 out among all cores and lets the others wait by spinning, so that thousands of
such matrices take twice the processor's time, and on cores that other work shares five times.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar

from threadpoolctl import ThreadpoolController

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

FEW = 400
"""Images up to which matrices are small."""


def one_thread_for(images: int) -> AbstractContextManager[object]:
    """Return what leaves BLAS one thread meanwhile if the images are few."""
    return _controller().limit(limits=1, user_api="blas") if images <= FEW else nullcontext()


def on_one_thread(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Return the function, which runs with one thread of BLAS; afterwards there are as many as before."""

    @wraps(function)
    def run(*arguments: Parameters.args, **options: Parameters.kwargs) -> Result:
        with _controller().limit(limits=1, user_api="blas"):
            return function(*arguments, **options)

    return run


@lru_cache
def _controller() -> ThreadpoolController:
    """Find the libraries once, at the first call, when those that the functions need are loaded."""
    return ThreadpoolController()
