"""Clients that post one image again and again, each on a connection that it keeps where the server lets it.

wrk (Debian's package of that name) is used where it is installed; it costs the machine the least. Otherwise a loop of
asyncio does the same in one thread.
"""

import asyncio
import json
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.serving.contestants import Post

_SCRIPT = Path(__file__).with_name("post.lua")
_Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(frozen=True)
class Load:
    """What the clients saw.

    Attributes:
        answers: How many answers came.
        seconds: How long it took.
        p50: The median time of an answer, in seconds.
        p99: The time that 99 of 100 answers stayed below, in seconds.
        failed: Answers that were not successes, and requests without one.
    """

    answers: int
    seconds: float
    p50: float
    p99: float
    failed: int

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds


def run(port: int, post: Post, clients: int, seconds: float) -> Load:
    """Let `clients` post for so many seconds."""
    if shutil.which("wrk"):
        return _wrk(port, post, clients, seconds)
    return asyncio.run(_asyncio(port, post, clients, seconds))


def _wrk(port: int, post: Post, clients: int, seconds: float) -> Load:
    with tempfile.NamedTemporaryFile() as body:
        body.write(post.body)
        body.flush()
        options = ["--threads", "1", "--connections", str(clients), "--duration", f"{max(1, round(seconds))}s"]
        address = f"http://127.0.0.1:{port}{post.path}"
        command = ["wrk", *options, "--timeout", "10s", "--script", str(_SCRIPT), address, "--"]
        done = subprocess.run([*command, body.name, post.content_type], capture_output=True, text=True, check=True)
    return Load(**json.loads(done.stdout.splitlines()[-1]))


async def _asyncio(port: int, post: Post, clients: int, seconds: float) -> Load:
    head = f"POST {post.path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {post.content_type}\r\n"
    request = f"{head}Content-Length: {len(post.body)}\r\n\r\n".encode() + post.body
    begun = time.perf_counter()
    found = await asyncio.gather(*(_client(port, request, begun + seconds) for _ in range(clients)))
    lasted = time.perf_counter() - begun
    answers = [answer for one in found for answer in one]
    times = sorted(took for took, _ in answers)
    p50, p99 = (times[min(len(times) - 1, int(share * len(times)))] for share in (0.5, 0.99))
    return Load(len(answers), lasted, p50, p99, sum(not good for _, good in answers))


async def _client(port: int, request: bytes, until: float) -> list[tuple[float, bool]]:
    answers: list[tuple[float, bool]] = []
    connection: _Connection | None = None
    while not answers or time.perf_counter() < until:
        begun = time.perf_counter()
        connection = connection or await asyncio.open_connection("127.0.0.1", port)
        good, kept = await _ask(connection, request)
        answers.append((time.perf_counter() - begun, good))
        if not kept:
            connection[1].close()
            connection = None
    if connection:
        connection[1].close()
    return answers


async def _ask(connection: _Connection, request: bytes) -> tuple[bool, bool]:
    """Send one request; return whether it succeeded, and whether the connection can be used again."""
    reader, writer = connection
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    await reader.readexactly(int(head.split(b"content-length:")[1].split(b"\r\n")[0]))
    return head.startswith(b"http/1.1 2"), b"connection: close" not in head
