"""`python -m service.server.begin`: gunicorn, which an interrupt ends without a traceback while it still loads."""

import os
import sys

INTERRUPTED = 130


def begin() -> None:
    """Run gunicorn with the arguments of the command line."""
    try:
        from gunicorn.app.wsgiapp import run

        run(prog="gunicorn")
    except KeyboardInterrupt:
        sys.stderr.flush()
        os._exit(INTERRUPTED)  # a worker that was just forked has nothing of its own to end


if __name__ == "__main__":
    begin()
