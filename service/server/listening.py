"""Whether the address to serve at is free, told before anything is started."""

import errno
import socket

from service.settings import Settings


def problem_of(settings: Settings, command: str = "python -m service") -> str | None:
    """Return why the address cannot be listened on, or None; the servers would try for a while and then say less."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((settings.host, settings.port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return (
                f"Port {settings.port} on {settings.host} is in use by another program. Stop that program, or choose "
                f"another port: SERVICE_PORT=8001 {command}"
            )
        return f"{settings.address} cannot be listened on ({error.strerror}). Set SERVICE_HOST or SERVICE_PORT."
    return None
