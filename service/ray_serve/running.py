"""Start the application on a cluster, and stop it."""

import math
import os
import socket

import ray
from ray import serve

from artifact import telemetry
from service.ray_serve.app import build
from service.ray_serve.settings import ServeSettings

OBJECT_STORE = 128 * 1024**2
"""Bytes that a cluster of one machine sets aside; requests and answers are all that is passed around."""

_PATIENCE = 10.0
_READY = ("RAY_SERVE_PROXY_READY_CHECK_TIMEOUT_S", "30")
"""How long Ray's controller waits for the server of HTTP: on a busy machine Ray's own 5 s end it while it starts."""


def start(settings: ServeSettings, address: str | None = None) -> None:
    """Start the application on the cluster at an address, or on one of this machine that is started for it.

    Raises:
        ConnectionError: There is no cluster at the address.
    """
    telemetry.switch_off()
    if address is None:
        os.environ.setdefault(*_READY)
        ray.init(
            address="local",  # a new one, also where another runs on this machine
            num_cpus=max(1, math.ceil(settings.max_replicas * settings.replica_cpus)),
            include_dashboard=False,
            object_store_memory=OBJECT_STORE,
            _node_ip_address="127.0.0.1",  # whatever the machine is called
        )
    else:
        _check_reachable(address)
        ray.init(address=address)
    slowest = settings.max_request_bytes / max(1, settings.min_bytes_per_second)  # the longest body at the least rate
    longest = slowest + settings.read_seconds + settings.request_seconds + _PATIENCE  # later than the ingress' limits
    options = {"host": settings.host, "port": settings.port, "request_timeout_s": longest}
    serve.start(proxy_location=settings.proxies, http_options=options)
    serve.run(build(settings), name="thirtyfive", route_prefix="/")


def _check_reachable(address: str) -> None:
    """Raise `ConnectionError` where nothing listens; Ray would end this process, with many words."""
    host, _, port = address.rpartition(":")
    if host and port.isdigit():
        try:
            socket.create_connection((host, int(port)), timeout=_PATIENCE).close()
        except OSError as error:
            raise ConnectionError(error.strerror or "no answer") from error


def stop() -> None:
    """End the application; requests at work are finished first."""
    serve.shutdown()
    ray.shutdown()
