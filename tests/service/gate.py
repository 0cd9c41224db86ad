"""A gate before a server on the loopback interface: it holds back one request, and turns callers away, when told to.

So a test knows where the other side stands, however fast or slow the machine is.
"""

import contextlib
import socket
import threading

from tests.service.running import PATIENCE, free_port

_BYTES = 1024**2


class Gate:
    """A port that leads to another one.

    Attributes:
        port: Where to call.
        holds: Set as soon as a request is held back.
    """

    def __init__(self, behind: int) -> None:
        """Lead to a port of this machine."""
        self.port = free_port()
        self.holds = threading.Event()
        self._behind = behind
        self._wanted: bytes | None = None
        self._passes = threading.Event()
        self._passes.set()
        self._lock = threading.Lock()
        self._sockets: set[socket.socket] = set()
        self.open()

    def open(self) -> None:
        """Let callers in, who wait where a request is held back."""
        self._listener = socket.create_server(("127.0.0.1", self.port), backlog=100)
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def shut(self) -> None:
        """Refuse callers, and break off with those that are in; what was held back never arrives."""
        with self._lock:
            for one in (self._listener, *self._sockets):
                with contextlib.suppress(OSError):  # it has ended by itself
                    one.shutdown(socket.SHUT_RDWR)
            self._sockets.clear()
        self._listener.close()

    def hold(self, wanted: bytes) -> None:
        """Hold back the first PUT whose first line has this in it, and all that calls after it."""
        self._wanted = wanted

    def release(self) -> None:
        """Let everything pass from now on."""
        self._wanted = None
        self._passes.set()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self._serve, args=(listener.accept()[0],), daemon=True).start()

    def _serve(self, caller: socket.socket) -> None:
        with caller, socket.socket() as behind:
            with self._lock:
                self._sockets |= {caller, behind}
            assert self._passes.wait(PATIENCE)
            with contextlib.suppress(OSError):
                behind.connect(("127.0.0.1", self._behind))
                answers = threading.Thread(target=_pour, args=(behind, caller), daemon=True)
                answers.start()
                self._forward(caller, behind)
                answers.join()
            with self._lock:
                self._sockets -= {caller, behind}

    def _forward(self, caller: socket.socket, behind: socket.socket) -> None:
        while data := caller.recv(_BYTES):
            line = data.split(b"\r\n", 1)[0]
            if self._wanted is not None and line.startswith(b"PUT ") and self._wanted in line:
                self._wanted = None
                self._passes.clear()
                self.holds.set()
            assert self._passes.wait(PATIENCE)
            behind.sendall(data)
        behind.shutdown(socket.SHUT_WR)


def _pour(source: socket.socket, drain: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(_BYTES):
            drain.sendall(data)
        drain.shutdown(socket.SHUT_WR)
