"""Keep the signals that tell a running service what to do until gunicorn listens to them.

Before that the system would carry them out by itself: HUP, USR1 and USR2 would end the process, TTIN and TTOU stop it.
"""

import signal

_KEPT = (signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGTTIN, signal.SIGTTOU)


def keep() -> None:
    """Keep those that come to this process, or to a program that takes its place, from now on."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _KEPT)


def release() -> None:
    """Let in what has come, and what comes."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _KEPT)


def leave_to_parent() -> None:
    """Do nothing in this process, a worker, at those that a terminal or `kill` may send to all processes of a service.

    What to do then is for the parent to say; USR1 has a meaning in workers too.
    """
    for number in _KEPT:
        if number != signal.SIGUSR1:
            signal.signal(number, signal.SIG_IGN)
