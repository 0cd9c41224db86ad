"""Where strategies are tried: one after the other in this process, or as tasks on a Ray cluster, with the same numbers.

Both stop the same candidates, those that can no longer win (`training.race`).

Public surface: `load(settings)` returns the engine that was asked for, which `training.contest.hold` runs. An engine is
a function of the names, the problem, the stages and whether ill candidates are mended (`interface.Engine`).
"""

import time
from functools import partial

from training.engines import local
from training.engines.interface import Engine
from training.settings import Settings


def load(settings: Settings) -> Engine:
    """Return the engine that the settings ask for; raises `TrainingError` where Ray is asked for and not installed."""
    stops = not (settings.compare or settings.budget)
    if settings.engine == "local":
        until = None if settings.time_limit is None else time.monotonic() + settings.time_limit
        return partial(local.run, until=until, stops=stops)
    from training.engines import on_ray

    on_ray.load_ray()  # where it is missing, that is said before the work
    return partial(on_ray.run, address=settings.ray_address, stops=stops)
