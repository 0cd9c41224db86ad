"""The text of a list: its encoding, and what stands before its rows: Excel's `sep=;`, lines of comments."""

import codecs
import re
from dataclasses import dataclass

from artifact.errors import ListError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins as UTF-16 does
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HEAD = 4096
_NOT_WESTERN = re.compile(rb"[\x81\x83\x86-\x8b\x8d-\x90\x98\x9a\x9b\x9d-\x9f]")
"""Bytes that Windows-1252 hardly ever has in Western words, and that older code pages have for their letters."""
_WORD = re.compile(rb"[A-Za-z\x80-\xff]+")
_HEADING = re.compile(r"#\s*(\w*(path|file|image|label|class|category)\w*\s*[,;\t|]\s*.*)", re.IGNORECASE)
"""A line of comment that is the heading, as numpy's `savetxt` and others write it."""


@dataclass(frozen=True)
class Text:
    """The text of a list.

    Attributes:
        rows: Its lines, those that are no rows left blank, so that the others keep their numbers.
        delimiter: What the file itself says is between its cells, or None.
    """

    rows: str
    delimiter: str | None = None


def decode(name: str, data: bytes) -> tuple[str, str]:
    """Return the text of a file, and in words which encoding was taken for it where none was declared.

    Raises:
        ListError: The encoding is not known.
    """
    encoding, words = encoding_of(name, data)
    try:
        return data.decode(encoding), words
    except UnicodeDecodeError as error:
        raise _unknown(name) from error


def encoding_of(name: str, data: bytes) -> tuple[str, str]:
    """Return the encoding of a text by Python's name, and how it was told in words where the text does not say it.

    UTF-8 is tried first, then UTF-16 as Excel's "Unicode text" has it, then Windows-1252, which Excel writes as CSV in
    Western Europe. What is mostly of other letters (Cyrillic, Japanese) is refused rather than read as gibberish.

    Args:
        name: The file, for people.
        data: The text, or its first lines.

    Raises:
        ListError: The encoding is not known.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding, ""
    zeros = (data[:_HEAD:2].count(0), data[1:_HEAD:2].count(0))
    if max(zeros) > len(data[:_HEAD]) / 8:
        return "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be", "as UTF-16"
    try:
        data.decode("utf-8")
        return "utf-8", ""
    except UnicodeDecodeError as error:
        if not _is_western(data):
            raise _unknown(name) from error
        return "cp1252", "as Windows-1252, since it is not UTF-8"


def clean(text: str) -> Text:
    """Return a text with what Excel and people put before its rows taken out."""
    delimiter = None
    lines = re.split("\r\n|\r|\n", text)  # not by all that Unicode calls a line's end: a cell may hold it
    if said := re.fullmatch(r'"?sep=(.)"?[,;\t ]*', lines[0], re.IGNORECASE):
        delimiter, lines[0] = said[1], ""
    first = next((at for at, line in enumerate(lines) if line.strip() and not line.startswith("#")), len(lines))
    heading = _HEADING.fullmatch(lines[first - 1]) if first else None
    for at in range(first):
        lines[at] = ""
    if heading:
        lines[first - 1] = heading[1]
    return Text("\n".join(lines), delimiter)


def _is_western(data: bytes) -> bool:
    """Tell whether bytes are likely Western words in Windows-1252: few of their letters are beyond ASCII."""
    words = [word for word in _WORD.findall(data) if max(word) > 0x7F]
    letters = sum(map(len, words))
    beyond = sum(byte > 0x7F for word in words for byte in word)
    return not _NOT_WESTERN.search(data) and 2 * beyond <= letters


def _unknown(name: str) -> ListError:
    return ListError(
        f"{name} is not UTF-8 text, and its encoding is not known. Save it as CSV UTF-8 with the columns path,label."
    )
