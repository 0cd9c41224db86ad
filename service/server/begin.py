"""Become gunicorn, which an interrupt ends without a traceback while it still loads."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

INTERRUPTED = 130


def begin(arguments: Sequence[str]) -> None:
    """Be gunicorn, with these arguments of its command line, until that ends."""
    sys.argv = [__file__, *arguments]
    try:
        from gunicorn.app.wsgiapp import run

        run(prog="gunicorn")
    except KeyboardInterrupt:
        sys.stderr.flush()
        os._exit(INTERRUPTED)  # a worker that was just forked has nothing of its own to end


def _begin_anew() -> None:
    """Take the place of a service that was told by USR2 to start itself anew, as gunicorn does it: by this file."""
    sys.path[0] = str(Path(__file__).parents[2])
    from service.monitoring import folder
    from service.server import allocation

    allocation.choose()
    folder.make()  # the other one removes its own when it ends
    begin(sys.argv[1:])


if __name__ == "__main__":
    _begin_anew()
