"""Try each strategy as a task on a Ray cluster.

A task gets the images with it, prepares the strategy's candidates, evaluates them, and returns their results. Threads
and switches are those of the process that asked, so that the arithmetic is the same. Nothing else imports Ray.
"""

import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from artifact import telemetry
from training.engines import distant, shipping
from training.engines.interface import Tried
from training.engines.local import try_strategy
from training.engines.shipping import Block, Crate
from training.errors import TrainingError
from training.evaluation.choosing import Scored
from training.problem.interface import Problem
from training.progress import Advance, Stages
from training.race import Race
from training.strategies import HEADS

RETRIES = 3
"""Times that a task is begun again where its worker or machine died."""
PATIENCE = 10.0
"""Seconds until a cluster's address must answer."""
_OURS = ("artifact", "doctor", "training")
_THREADS = ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")
_SWITCHES = ("TF_ENABLE_ONEDNN_OPTS", "TF_CPP_MIN_LOG_LEVEL", "OPENBLAS_NUM_THREADS")


def load_ray() -> Any:
    """Import Ray, and keep it from reporting its use to its makers; raises `TrainingError` where it is missing."""
    telemetry.switch_off()
    try:
        return import_module("ray")
    except ImportError as error:
        raise TrainingError(
            "--engine ray needs Ray, which is not installed. Install it: pip install 'thirtyfive[training,ray]', or "
            "leave --engine out."
        ) from error


def run(
    names: Sequence[str], problem: Problem, stages: Stages, mend: bool, address: str | None, stops: bool = False
) -> Sequence[Tried]:
    """Return what came of each strategy, in the order of the names.

    Args:
        names: The strategies.
        problem: What to learn; every image is read here and sent along.
        stages: One stage, which counts the strategies that are done.
        mend: Whether ill candidates are retrained.
        address: Of the cluster, as `ray.init` takes it; None to start one on this machine.
        stops: As in `Race`: what is trained fold by fold waits after its first fold until the heads are evaluated.

    Raises:
        TrainingError: There is no such cluster, or a strategy could not prepare its candidates.
    """
    crate, block = shipping.pack(problem)
    with _connected(address) as ray, stages.stage(f"Trying {len(names)} strategies on Ray", len(names)) as advance:
        # each task has a process of its own, as TensorFlow gives no memory back
        task = ray.remote(num_cpus=1, max_calls=1, max_retries=RETRIES, scheduling_strategy="SPREAD")(_work)
        stored = ray.put(crate), ray.put(block)
        tasks: dict[Any, str] = {}
        for name in names:  # the heads come first
            leading = [one for one, head in tasks.items() if head in HEADS] if stops and name not in HEADS else []
            tasks[task.options(name=name).remote(name, *stored, mend, leading)] = name
        answers = _gather(ray, tasks, advance)
    return [
        replace(tried, results=tuple(distant.unpack(one, problem) for one in tried.results))
        for tried in (answers[name] for name in names)
    ]


def _work(name: str, crate: Crate, block: Block, mend: bool, leading: Sequence[Any]) -> Tried:
    """Try one strategy, in a race against what comes of the tasks `leading`; this runs in a worker."""
    problem = shipping.unpack(crate, block)
    race = Race(problem.labels, problem.groups, stops=bool(leading), elsewhere=partial(_wait, leading))
    tried = try_strategy(name, problem, Stages(quiet=True), mend, race)
    return replace(tried, results=tuple(distant.pack(name, one, crate.problem) for one in tried.results))


def _wait(tasks: Sequence[Any]) -> list[Scored]:
    """Return the candidates of some tasks when all are done, without those of a task that failed; in a worker."""
    ray = load_ray()
    scored: list[Scored] = []
    for task in tasks:
        try:
            scored += [result.scored for result in ray.get(task).results if result.scored.choosable]
        except ray.exceptions.RayError:
            continue  # whoever gathers the answers says it
    return scored


def _gather(ray: Any, tasks: dict[Any, str], advance: Advance) -> dict[str, Tried]:
    """Return the answers by strategy; where one raises, or Ctrl-C is pressed, the others are stopped."""
    answers, waiting = {}, list(tasks)
    try:
        while waiting:
            (done,), waiting = ray.wait(waiting)
            answers[tasks[done]] = _answer(ray, done, tasks[done])
            advance()
    except BaseException:
        for one in waiting:
            ray.cancel(one, force=True)
        raise
    return answers


def _answer(ray: Any, done: Any, name: str) -> Tried:
    errors = ray.exceptions
    try:
        answer: Tried = ray.get(done)
    except errors.RayTaskError as error:
        if isinstance(error.cause, TrainingError):
            raise TrainingError(str(error.cause)) from None
        if isinstance(error.cause, ImportError):
            raise TrainingError(
                f"A machine of the cluster lacks a package ({error.cause}). Install requirements/training.txt on each."
            ) from error
        raise
    except errors.RuntimeEnvSetupError as error:
        raise TrainingError(f"A machine of the cluster could not be set up: {error} Mend that.") from error
    except (errors.WorkerCrashedError, errors.NodeDiedError, errors.OutOfMemoryError, errors.ObjectLostError) as error:
        reason = str(error).strip().splitlines()[0]
        died = f"Its worker died, {RETRIES + 1} times in all ({reason}). See that there is enough memory."
        return Tried((), {name: died})
    return answer


@contextmanager
def _connected(address: str | None) -> Iterator[Any]:
    """Connect to a cluster, or start one that only this machine reaches, and leave it at the end."""
    ray = load_ray()
    here: dict[str, Any] = {"address": "local", "include_dashboard": False, "_node_ip_address": "127.0.0.1"}
    chosen = address or os.environ.get("RAY_ADDRESS")
    try:
        _check_reachable(chosen or "local")
        ray.init(
            **({"address": chosen} if chosen else here),
            runtime_env={"env_vars": _environment(), "py_modules": [_folder(name) for name in _OURS]},
            log_to_driver=False,
            logging_level="ERROR",
        )
    except (OSError, RuntimeError, ValueError) as error:
        reason = str(error).strip().splitlines()[0]
        raise TrainingError(
            f"Ray cannot be used at {chosen or 'this machine'} ({reason}). Start a cluster (ray start --head) and give "
            "its address with --ray-address, or leave that out to start one here."
        ) from error
    try:
        yield ray
    finally:
        ray.shutdown()


def _check_reachable(address: str) -> None:
    """Raise `OSError` where nobody answers at a host and port; Ray would try for minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if host and port.isdigit():
        socket.create_connection((host.strip("[]"), int(port)), PATIENCE).close()


def _environment() -> dict[str, str]:
    """Return what the workers' arithmetic depends on, as it is here; Ray would give a worker one thread."""
    cores = str(len(os.sched_getaffinity(0)))
    threads = {name: os.environ.get(name, cores) for name in _THREADS}
    return threads | {name: os.environ[name] for name in _SWITCHES if name in os.environ}


def _folder(package: str) -> str:
    """Return the folder of a package of ours, which every worker gets, so that all run the same code."""
    return str(Path(str(import_module(package).__file__)).parent)
