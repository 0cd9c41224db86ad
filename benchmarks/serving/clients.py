"""Clients that post one image again and again, each on a connection that it keeps, in one cheap thread."""

import asyncio
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Load:
    """What the clients saw: the seconds of each answer, the answers a second, and how many were not 200."""

    seconds: list[float]
    rate: float
    failed: int

    def quantile(self, share: float) -> float:
        """Return the time in seconds that this share of the answers stayed below."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def run(port: int, file: bytes, clients: int, seconds: float) -> Load:
    """Let `clients` post a file to /predict for so many seconds."""
    head = (
        f"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/jpeg\r\nContent-Length: {len(file)}\r\n\r\n"
    )
    return asyncio.run(_run(port, head.encode() + file, clients, seconds))


async def _run(port: int, request: bytes, clients: int, seconds: float) -> Load:
    begun = time.perf_counter()
    found = await asyncio.gather(*(_client(port, request, begun + seconds) for _ in range(clients)))
    lasted = time.perf_counter() - begun
    answers = [answer for one in found for answer in one]
    return Load([took for took, _ in answers], len(answers) / lasted, sum(not good for _, good in answers))


async def _client(port: int, request: bytes, until: float) -> list[tuple[float, bool]]:
    answers: list[tuple[float, bool]] = []
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while (begun := time.perf_counter()) < until:
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        await reader.readexactly(int(head.split(b"content-length:")[1].split(b"\r\n")[0]))
        answers.append((time.perf_counter() - begun, head.startswith(b"http/1.1 200")))
    writer.close()
    await writer.wait_closed()
    return answers
