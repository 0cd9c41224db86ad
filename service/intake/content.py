"""Tell what an upload is by its bytes: an image file, text that holds one, or a mistake that can be named.

A Content-Type is not asked: curl, httpie and most libraries send one of their own choice.
"""

import base64
import binascii
import codecs
import re
from urllib.parse import unquote_to_bytes

from artifact import formats
from artifact.formats import named
from service.problems import Problem

_MARKS = re.compile(rb"\xff\xd8|\x89PNG|GIF8|RIFF|BM|II\*|MM\*")
"""How files of zero bytes and line ends begin, also where these were taken out."""
_BASE64 = re.compile(rb"\s*+[A-Za-z0-9+/_-][A-Za-z0-9+/_\s-]*+={0,2}\s*+")
_DATA_URL = re.compile(rb"\s*data:[\w.+/-]*(?:;(?!base64,)[^;,\s]+)*;base64,", re.ASCII | re.IGNORECASE)
_ADDRESS = re.compile(rb"(?:https?|ftp|file|s3|gs)://\S+|blob:\S+", re.IGNORECASE)
_ENCODED_AS_TEXT = re.compile(rb"(?:\xef\xbf\xbd){2}|(?:\xef\xbf\xbd|\xc2\x89)PNG|\xc3\xbf\xc3\x98|b['\"]\\x")
"""How a JPEG or PNG begins that was taken for text: with letters replaced, as Latin-1 in UTF-8, or as Python's repr."""
_REPR = re.compile(rb"b(['\"])[A-Za-z0-9+/_=-]*\1$")
_SUFFIXES = tuple(suffix.encode() for suffix in sorted(formats.SUFFIXES))
_SOME = 4096  # enough to know text by, in bytes
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_BLANK_INSIDE = re.compile(rb"\S ++\S")
_PIECES = 16  # of which the lengths are compared
_NO_LETTERS = b" \t\n\r\f\v="
_SEND = "With curl: --data-binary @photo.jpg"
_CHOOSE = "Choose the file itself, as the camera or the program wrote it."


def is_image(data: bytes) -> bool:
    """Tell whether bytes begin like an image file, even a damaged one."""
    return formats.recognise(data) is not None or _MARKS.match(data) is not None


def is_text(data: bytes) -> bool:
    """Tell whether bytes are text, by their beginning: UTF-8 without control characters but blanks and line ends."""
    start = data[:_SOME]
    if re.search(rb"[\x00-\x08\x0e-\x1f\x7f]", start):
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start, final=len(data) <= _SOME)
    except UnicodeDecodeError:
        return False
    return True


def file_in(data: bytes) -> bytes:
    """Return the image file that an upload is or encodes; what is neither is returned as it is.

    Raises:
        Problem: 415 where the bytes show by which mistake they are no image, 422 where a data URL is not base64.
    """
    _refuse_damaged(data)
    if is_image(data) or not data.strip() or not is_text(data):
        return data
    found = encoded_in(data)
    if found is None and named.name(data) is None:  # else the decoder says what it is
        raise _not_an_image(data)
    return data if found is None else found


def encoded_in(text: bytes) -> bytes | None:
    """Return the image file that text encodes, as base64 or a data URL, or None.

    Raises:
        Problem: 422 where it is a data URL and not base64.
    """
    if _DATA_URL.match(text[:_SOME]):
        return from_base64(text)
    found = _lenient(text) if _BASE64.fullmatch(text) else b""
    return found if is_image(found) else None


def from_base64(text: bytes) -> bytes:
    """Return what base64 encodes, after the beginning of a data: URL or without.

    Line breaks, the letters of the variant for addresses, and absent padding are understood.

    Raises:
        Problem: 422 where it is not base64.
    """
    if prefix := _DATA_URL.match(text[:_SOME]):
        text = unquote_to_bytes(text[prefix.end() :])  # in an address, %2B may stand for +
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        pass  # most often it is plain base64, for which this is several times faster
    if _BASE64.fullmatch(text) and (found := _lenient(text)):
        return found
    detail = f"The base64 of an image file was expected (base64 -w0 photo.jpg); this {_mistaken(text)}."
    raise Problem(422, "not_base64", detail)


def _mistaken(text: bytes) -> str:
    """Return in words what stands in place of base64."""
    if _is_address(text):
        return "is the address of one, which this service does not fetch"
    if _REPR.match(text):
        return "is Python's text of bytes, as str() writes it; .decode() gives the base64 alone"
    if _is_file_name(text):
        return "is the name of a file, and not what is in it"
    if text.lstrip().startswith(b"[object "):
        return "is JavaScript's text of an object; FileReader's readAsDataURL gives that of a file"
    if text.lstrip()[:1] in (b"{", b"["):
        return "is JSON inside a string; encode the document once"
    return "is not base64"


def _lenient(text: bytes) -> bytes:
    """Return what base64 encodes, in whichever way it is written; nothing where it cannot be."""
    letters = _with_plus(text).translate(_URL_SAFE, _NO_LETTERS)
    try:
        return base64.b64decode(letters + b"=" * (-len(letters) % 4), validate=True)
    except binascii.Error:
        return b""


def _with_plus(text: bytes) -> bytes:
    """Return base64 with its plus signs, where they became blanks on the way, as forms and addresses have them.

    Blanks that part a text into pieces stand at equal distances; those that were plus signs stand anywhere.
    """
    if b"+" in text or not _BLANK_INSIDE.search(text):
        return text
    joined = text.translate(None, b"\r\n").strip()
    whole = joined.replace(b" ", b"+")
    lengths = {len(piece) for piece in re.split(rb" +", joined, maxsplit=_PIECES)[:-1]}
    fits = not len(whole) % 4 and (len(joined) - joined.count(b" ")) % 4
    return whole if len(lengths) > 1 or fits else text


def _refuse_damaged(data: bytes) -> None:
    whole = len(data) < 64 or any(byte in data for byte in (b"\0", b"\r", b"\n"))
    if not whole and _MARKS.match(data) and not is_text(data):
        detail = "The zero bytes and line ends of this image were taken out, as curl -d does with a file."
        raise _not_as_it_is(detail, "The file as it is was expected.", "Bytes of this image were taken out on its way.")
    if data.startswith(b"\x89PNG\n\x1a\n"):
        detail = "The line ends of this PNG file were changed, as a transfer as text does."
        raise _not_as_it_is(detail, "The file as it is was expected.")
    if _ENCODED_AS_TEXT.match(data[:16]):
        detail = "The bytes of this image were turned into text on their way, by which they are lost."
        raise _not_as_it_is(detail, "Read and send the file in binary mode.")


def _not_as_it_is(what: str, expected: str, people: str = "") -> Problem:
    return Problem(415, "not_an_image", f"{what} {expected} {_SEND}", people=f"{people or what} {_CHOOSE}")


def _not_an_image(text: bytes) -> Problem:
    """Return the 415 of text in place of an image file."""
    if _is_address(text):
        found = "an address, and this service fetches nothing. Fetch the image and send its bytes"
        detail = f"The body is {found}: curl ADDRESS | curl --data-binary @- ..."
        people = "This holds the address of a picture, and not the picture. Save the picture, and choose that file."
        return Problem(415, "not_an_image", detail, people=people)
    if _is_file_name(text):
        found = "the name of a file, not what is in it. With curl, an @ stands before the name"
        detail = f"The body is {found}: curl --data-binary @photo.jpg"
        people = f"This holds the name of a picture, and not the picture. {_CHOOSE}"
        return Problem(415, "not_an_image", detail, people=people)
    shown = text.strip()[:40].decode("utf-8", "replace")
    detail = f"The bytes are not an image that is read here, but text ({shown!r})"
    people = f"This is text ({shown!r}), and not an image that is read here. Choose the file of a picture."
    return Problem(415, "not_an_image", f"{detail}; those of an image file were expected. {_SEND}", people=people)


def _is_address(text: bytes) -> bool:
    return len(text) < 8000 and _ADDRESS.fullmatch(text.strip()) is not None


def _is_file_name(text: bytes) -> bool:
    return len(text) < 300 and text.strip().lower().endswith(_SUFFIXES)
