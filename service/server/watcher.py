"""Look for newly published versions from a thread of its own, so that no request pays for it."""

import logging
import threading

from service.inference.registry import Registry

_logger = logging.getLogger(__name__)


def watch(registry: Registry, seconds: float) -> threading.Event:
    """Refresh the registry every so many seconds until the returned event is set, or the process ends."""
    stop = threading.Event()
    threading.Thread(target=_run, args=(registry, seconds, stop), name="watcher", daemon=True).start()
    return stop


def _run(registry: Registry, seconds: float, stop: threading.Event) -> None:
    while not stop.wait(seconds):
        try:
            registry.refresh()
        except Exception:  # whatever the disk does, the next look may succeed, and the model in use keeps serving
            _logger.exception("looking for new versions failed; trying again in %g s", seconds)
