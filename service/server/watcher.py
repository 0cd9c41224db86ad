"""Look for newly published versions from a thread of its own, so that no request pays for it."""

import atexit
import logging
import threading

from service.monitoring import status
from service.state import State

_logger = logging.getLogger(__name__)


def watch(state: State) -> threading.Event:
    """Refresh the models and the gauges every so many seconds, until the returned event is set or the process ends."""
    stop = threading.Event()
    thread = threading.Thread(target=_run, args=(state, stop), name="watcher", daemon=True)
    thread.start()
    atexit.register(_end, thread, stop)
    return stop


def _end(thread: threading.Thread, stop: threading.Event) -> None:
    """Let the thread end before the interpreter does, which would stop it inside ONNX Runtime and so abort."""
    stop.set()
    thread.join()


def _run(state: State, stop: threading.Event) -> None:
    while True:
        try:
            state.registry.refresh()
            status.publish(state)
        except Exception:  # whatever the disk does, the next look may succeed, and the model in use keeps serving
            _logger.exception(
                "looking for new versions failed; the next look is in %g s", state.settings.reload_seconds
            )
        if stop.wait(state.settings.reload_seconds):
            return
