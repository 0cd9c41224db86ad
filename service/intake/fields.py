"""From the parts of a form to its images and texts."""

import re
from collections.abc import Sequence

from service.intake import content, uploads
from service.intake.forms import Part
from service.intake.uploads import Submission, Upload, printable
from service.problems import Problem

MOST_TEXT_BYTES = 64 * 1024
"""The longest text field."""
_CHOOSE = "No file was chosen in the form. Choose an image file, and send the form again."
NAMES = re.compile(r"(?:image|img|file|photo|picture|upload)s?(?:\[\d*\])?", re.IGNORECASE)
"""The fields whose files are read: `image`, and what is obviously meant by it, as `images`, `photo` and `file[]`."""


def sort(parts: Sequence[Part]) -> Submission:
    """Return the images and the texts of a form.

    An image may be a file, or text that encodes one. Fields of other names, and those in which a browser's user chose
    no file, are left aside.

    Raises:
        Problem: 400 where there is no image, 413 where a text is too long.
    """
    found: list[Upload] = []
    texts: dict[str, str] = {}
    for part in parts:
        upload = _image(part) if NAMES.fullmatch(part.name) else None
        if upload is not None:
            found.append(upload)
        elif part.filename is None:
            texts.setdefault(part.name, _text(part))
    if not found:
        raise _no_image(parts)
    return Submission(found, texts)


def _image(part: Part) -> Upload | None:
    """Return the image file of a field; None of one without a file, or whose text is no image."""
    if part.filename is not None:
        return uploads.make(part.data, part.filename) if part.filename or part.data else None
    if content.is_image(part.data):  # some clients send a file without naming it
        return uploads.make(part.data)
    try:
        encoded = content.encoded_in(part.data)
    except Problem as problem:
        return Upload(b"", None, problem)
    return None if encoded is None else uploads.make(encoded)


def _text(part: Part) -> str:
    if len(part.data) > MOST_TEXT_BYTES:
        detail = f"The text of the field {printable(part.name)} has {len(part.data):,} bytes; at most"
        detail += f" {MOST_TEXT_BYTES:,} are read."
        send = f"{detail} Send an image as a file: curl -F image=@photo.jpg"
        raise Problem(413, "too_long_text", send, MOST_TEXT_BYTES, people=detail)
    return part.data.decode("utf-8", "replace")


def _no_image(parts: Sequence[Part]) -> Problem:
    """Return the 400 that says what the form has in place of an image."""
    named = [part for part in parts if NAMES.fullmatch(part.name)]
    if any(part.filename == "" for part in named):
        detail = _CHOOSE
    elif named:
        name = printable(named[0].name)
        detail = f"The field {name} holds text, and no file. With curl, an @ stands before the name of the file:"
        detail += f" curl -F {name}=@photo.jpg"
    else:
        found = ", ".join(sorted({printable(part.name) or "a part without a name" for part in parts})) or "nothing"
        detail = f"The form has no file in a field named image; it has {found}. Send it as: curl -F image=@photo.jpg"
    return Problem(400, "no_image", detail, people=_CHOOSE)
