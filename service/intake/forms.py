"""Read the parts of a form out of a whole body: multipart (RFC 7578), or fields as an address has them.

A body is bounded and comes whole, so the boundaries are searched in all of it. A parser that is fed in pieces must hold
back whatever may be the beginning of a boundary, and where a piece of a photograph ended in a line end, Werkzeug's
took what it held back together with the next piece for a text that is too long.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl

from werkzeug.http import parse_options_header

from service.problems import Problem

MOST_PARTS = 256
_MOST_HEADER_BYTES = 16 * 1024
_LINE = re.compile(rb"(?P<close>--)|[ \t]*(?P<end>\r\n|\n|\Z)")  # what may follow a boundary
_OWN_BOUNDARY = re.compile(rb"--([\x21-\x7e]{1,200})\r?\n(?:[^\r\n]*\r?\n){0,4}?content-disposition:", re.IGNORECASE)
_LONG_BASE64 = re.compile(rb"(?:data:[\w/;.=+-]+,)?[A-Za-z0-9+/ ]{64,}={0,2}", re.ASCII)
_BACKSLASH = re.compile(r"\\([\\\"])?")
_FOLDED = re.compile(rb"\r?\n[ \t]+")


@dataclass(frozen=True)
class Part:
    """One part of a form.

    Attributes:
        name: The name of its field; empty where it has none.
        data: Its bytes.
        filename: The name of the file as the client gave it (empty where a browser's user chose none); None of a text.
    """

    name: str
    data: bytes
    filename: str | None = None


def own_boundary(body: bytes) -> str | None:
    """Return the boundary that a body begins with, where it begins like a form, whatever its Content-Type says."""
    found = _OWN_BOUNDARY.match(body[:_MOST_HEADER_BYTES].lstrip(b"\r\n"))
    return found[1].decode() if found else None


def read_multipart(body: bytes, boundary: str) -> list[Part]:
    """Return the parts between the boundaries of a multipart body.

    Raises:
        Problem: 400 where the body has no part or ends before its closing boundary, 413 where it has more than
            `MOST_PARTS` parts or one with too long headers.
    """
    parts: list[Part] = []
    for piece in _pieces(body, b"--" + boundary.encode("latin-1", "replace")):
        if len(parts) == MOST_PARTS:
            raise _too_many()
        parts.append(_part(piece))
    return parts


def read_query(body: bytes) -> list[Part]:
    """Return the fields of a body that is written like the query of an address (application/x-www-form-urlencoded)."""
    if body.count(b"&") >= MOST_PARTS:
        raise _too_many()
    pairs = parse_qsl(body.decode("latin-1"), keep_blank_values=True, encoding="latin-1")
    return [Part(name, _with_plus(value.encode("latin-1"))) for name, value in pairs]


def _with_plus(value: bytes) -> bytes:
    """Return a value with the plus signs that base64 lost where a client did not escape them, as curl -d does not."""
    return value.replace(b" ", b"+") if _LONG_BASE64.fullmatch(value) else value


def _pieces(body: bytes, mark: bytes) -> Iterator[bytes]:
    """Yield what stands between the boundaries, without the line ends that belong to them."""
    start: int | None = None
    ending = b""  # of lines, as the first boundary has it
    for position in _positions(body, mark):
        line = _LINE.match(body, position + len(mark))
        if line is None or not (position == 0 or body.endswith(ending or b"\n", 0, position)):
            continue  # the data happens to hold the same characters
        if start is not None:
            yield body[start : max(start, position - len(ending))]
        if line["close"]:
            return
        ending = ending or line["end"] or b"\r\n"
        start = line.end()
    if start is None:
        detail = "The form has no part: its boundary, as the Content-Type names it, does not stand in the body."
        raise Problem(
            400, "no_image", f"{detail} Let the client set the Content-Type, as curl -F image=@photo.jpg does."
        )
    detail = "The form ends before its closing boundary, so something of it is missing."
    again = f"{detail} Send it again"
    raise Problem(400, "cut_short", f"{again}: curl -F image=@photo.jpg", people=f"{again}.")


def _positions(body: bytes, mark: bytes) -> Iterator[int]:
    """Yield where a mark stands in a body; raises the 413 `Problem` where that is more often than parts may be."""
    position = body.find(mark)
    for _ in range(4 * MOST_PARTS):
        if position < 0:
            return
        yield position
        position = body.find(mark, position + len(mark))
    raise _too_many()


def _part(piece: bytes) -> Part:
    head, data = _split(piece)
    headers: dict[bytes, bytes] = {}
    for line in _FOLDED.sub(b" ", head).splitlines():
        name, _, value = line.partition(b":")
        headers.setdefault(name.strip().lower(), value.strip())
    _, options = parse_options_header(_escaped(_text(headers.get(b"content-disposition", b""))))
    return Part(options.get("name", ""), data, options.get("filename"))


def _split(piece: bytes) -> tuple[bytes, bytes]:
    """Return the headers of a part and its data, which an empty line parts."""
    if piece.startswith((b"\r\n", b"\n")):
        return b"", piece[2 if piece.startswith(b"\r\n") else 1 :]
    ends = [(found, mark) for mark in (b"\r\n\r\n", b"\n\n") if (found := piece.find(mark, 0, _MOST_HEADER_BYTES)) >= 0]
    if ends:
        end, mark = min(ends)
        return piece[:end], piece[end + len(mark) :]
    if len(piece) > _MOST_HEADER_BYTES:
        detail = f"A part of the form has headers of more than {_MOST_HEADER_BYTES:,} bytes. Send it as: curl -F"
        raise Problem(413, "too_long_headers", f"{detail} image=@photo.jpg", _MOST_HEADER_BYTES)
    return piece, b""


def _escaped(header: str) -> str:
    """Return a header with the backslashes doubled that escape nothing: of all clients, only curl doubles them."""
    return _BACKSLASH.sub(lambda found: found[0] if found[1] else r"\\", header)


def _text(header: bytes) -> str:
    """Return a header as text: UTF-8, as browsers and curl send it, or else Latin-1, of which any bytes are text."""
    try:
        return header.decode()
    except UnicodeDecodeError:
        return header.decode("latin-1")


def _too_many() -> Problem:
    detail = f"The form has more than {MOST_PARTS} parts. Send fewer at once."
    return Problem(413, "too_many_parts", detail, MOST_PARTS)
