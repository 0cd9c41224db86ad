"""Gunicorn's configuration, from the service's settings.

Gunicorn reads it again on HUP, where it finds the same settings: those of the environment that it was started with.

Importing the application and ONNX Runtime here, in the parent, lets the workers share their memory and start at once.
Models are loaded in each worker after the fork (`worker_app.make`).
"""

import os
import shutil
from pathlib import Path
from typing import Any

from prometheus_client import multiprocess

from service.app import working_memory
from service.inference import providers
from service.monitoring import folder, logs, retired
from service.server import early_signals, notice, worker_app
from service.server.sharing import Places
from service.settings import Settings

_settings = Settings()
_places = Places(4 * _settings.workers + 64)  # more than there can be: those that stop keep theirs while others start
worker_app.share(working_memory(_settings))
providers.preload()
_SPARE_THREADS = 8
_RECEIVING_THREADS = 128
_SHARED_MEMORY = Path("/dev/shm")

wsgi_app = "service.server.worker_app:make()"
bind = _settings.address
workers = _settings.workers
worker_class = "service.server.worker.Worker"
# A thread for each request that works or waits, some that say that the service is busy or alive, and many that receive
# bodies, which may take minutes; a thread is made when it is first needed.
threads = _settings.concurrency + _settings.queue_length + _SPARE_THREADS + _RECEIVING_THREADS
worker_connections = _settings.connections
sendfile = False  # files go the way of all answers, on which a client that reads too slowly is noticed
keepalive = 5
timeout = 60  # a worker whose main loop hangs this long is replaced; slow requests do not hang it
graceful_timeout = _settings.drain_seconds
# What proxies say of themselves is believed of trusted ones only; gunicorn would trust every program of this machine.
forwarded_allow_ips = ",".join(map(str, _settings.trusted_proxies))
limit_request_line = 4094
limit_request_fields = 64
limit_request_field_size = 8190
loglevel = _settings.log_level
logger_class = "service.server.server_log.ServerLog"
logconfig_dict = logs.configuration(_settings.log_level)
control_socket_disable = True
worker_tmp_dir = str(_SHARED_MEMORY) if os.access(_SHARED_MEMORY, os.W_OK) else None


def when_ready(server: Any) -> None:
    """Let TERM say that the service is about to stop, before it does; and hear the signals that came in the start."""
    notice.give(server, _settings.drain_notice_seconds)
    early_signals.release()


def pre_exec(server: Any) -> None:
    """Let none of those signals end the service that USR2 starts beside this one."""
    early_signals.keep()


def pre_fork(server: Any, worker: Any) -> None:
    """Give a worker its place among those that share the connections."""
    worker.place = _places.take()


def child_exit(server: Any, worker: Any) -> None:
    """Take a dead worker's gauges out of the metrics; what it counted stays, so that sums never fall."""
    worker.place.give_back()
    if folder.VARIABLE in os.environ:
        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
        retired.fold(Path(os.environ[folder.VARIABLE]), server.WORKERS)


def on_exit(server: Any) -> None:
    """Remove the folder of the metrics, which `python -m service` made for this run."""
    if folder.VARIABLE in os.environ:
        shutil.rmtree(os.environ[folder.VARIABLE], ignore_errors=True)
