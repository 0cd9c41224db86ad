"""Give notice before the service stops: `/ready` turns 503, and a while later the port is closed."""

import signal
from typing import Any

from gunicorn import systemd

from service import stopping


def give(server: Any, seconds: float) -> None:
    """Change what gunicorn's parent process does on TERM: announce it, serve on for `seconds`, then stop.

    A second TERM does not wait for them. The clock is the process' own alarm, which forked workers do not inherit.
    """
    begun = False

    def handle_term() -> None:
        nonlocal begun
        stopping.announce()
        systemd.sd_notify("STOPPING=1", server.log)
        if begun or not seconds:
            raise StopIteration  # as gunicorn's own handler does
        begun = True
        server.log.info("Serving %g more seconds, so that load balancers notice", seconds)
        signal.setitimer(signal.ITIMER_REAL, seconds)

    signal.signal(signal.SIGALRM, lambda *_: server.SIG_QUEUE.put_nowait(signal.SIGTERM))
    server.handle_term = handle_term
