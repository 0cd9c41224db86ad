"""Gunicorn's configuration, from the service's settings; gunicorn reads it again on HUP.

Importing the application here, in the parent, lets the workers share its memory and start at once. ONNX Runtime is
imported, and models are loaded, in each worker after the fork (`worker_app.make`).
"""

import os
from pathlib import Path
from typing import Any

from service.server import worker_app  # noqa: F401 - imported for the workers, which inherit it
from service.settings import Settings

_settings = Settings()
_SPARE_THREADS = 8
_SHARED_MEMORY = Path("/dev/shm")

wsgi_app = "service.server.worker_app:make()"
bind = f"{_settings.host}:{_settings.port}"
workers = _settings.workers
worker_class = "service.server.worker.Worker"
# One thread for each request that works or waits, and some that say that the service is busy or alive.
threads = 1 + _settings.queue_length + _SPARE_THREADS
worker_connections = 1000
keepalive = 5
timeout = 60  # a worker whose main loop hangs this long is replaced; slow requests do not hang it
graceful_timeout = _settings.drain_seconds
limit_request_line = 4094
limit_request_fields = 64
limit_request_field_size = 8190
loglevel = _settings.log_level
control_socket_disable = True
worker_tmp_dir = str(_SHARED_MEMORY) if os.access(_SHARED_MEMORY, os.W_OK) else None


def on_starting(server: Any) -> None:
    """Note what is about to be served."""
    server.log.info("serving %s from %s", _settings.model, _settings.models)
