"""From a JSON body to the images in it: the contract's `images`, and what clients of other services send.

Those are one image by itself (`{"image": "<base64>"}`), TensorFlow Serving's and Vertex AI's `instances`, Hugging
Face's `inputs`, Cloud Vision's `requests`, and objects around the text of an image, such as `{"b64": ...}`. What could
be meant in two ways is refused with the call that is right.
"""

import json
import re
from typing import Any

from service.intake import content, fields, jsonbody, uploads
from service.intake.uploads import Submission, Upload
from service.problems import Problem
from service.settings import Settings

_THEIRS = frozenset(
    (
        *("instances", "inputs", "input", "requests", "b64", "base64", "content", "value", "data", "bytes", "url"),
        *("image_b64", "image_base64", "image_bytes", "image_data", "image_url", "img_b64", "img_base64", "img_data"),
        *("base64_image", "b64_image", "imagebase64", "imagebytes", "imagedata", "imageurl"),
    )
)
"""Keys under which services and their clients have an image, where no name of a form's field is there."""
_DEEPEST = 4  # Cloud Vision's requests, image, content, and one more
_NUMBERS = re.compile(rb"(?:[\d.,\s\[\]-]|\"\d+\":){64}")
"""Pixels, or the bytes of a file as lists of numbers have them; a Uint8Array of JavaScript becomes an object."""
_EXPECTED = '{"images": ["<base64 of an image file>"]}'
_AS_NUMBERS = (
    f"Numbers are not read here, but the base64 of a file's bytes: {_EXPECTED}. Pixels go to /v2/models/NAME/infer."
)
_V2 = "A request of the Open Inference Protocol goes to /v2/models/NAME/infer."


def read(body: bytes, settings: Settings) -> Submission:
    """Return the images in a JSON body, and its other entries as texts.

    Raises:
        Problem: 400 where it is malformed, or it cannot be told which of its entries are images; 413 where it holds
            more than it may.
    """
    document = _parse(body, settings.max_images)
    found = _entries(document)
    if not found:
        raise _no_images(document)
    if len(found) > settings.max_images:
        raise too_many(len(found), settings)
    others = document.items() if isinstance(document, dict) else ()
    texts = {key: str(one) for key, one in others if isinstance(one, str | int) and len(str(one)) < 256}
    name = texts.get("filename") if len(found) == 1 else None
    return Submission([_upload(entry, name) for entry in found], texts)


def too_many(found: int, settings: Settings) -> Problem:
    """Return the 413 of more images than one request may have."""
    detail = f"The request has {found} images; at most {settings.max_images} are read at once. Send several requests."
    return Problem(413, "too_many_images", detail, settings.max_images)


def _parse(body: bytes, most_images: int) -> Any:
    """Return the value of a body; a `data:` URL has a comma and a colon of its own, and objects may be around it."""
    most = 4 * most_images + 16
    try:
        return jsonbody.read(body, jsonbody.Bounds(most, most))
    except Problem as problem:
        if problem.code != "too_many_elements" or not _NUMBERS.search(body[:4096]):
            raise
        detail = f"{problem.detail.removesuffix(' Send several requests.')} {_AS_NUMBERS}"
        raise Problem(413, problem.code, detail, problem.limit) from problem


def _entries(document: Any) -> list[Any]:
    """Return what stands where images are expected; nothing where there is no such place.

    Raises:
        Problem: 400 where two entries could be meant.
    """
    if isinstance(document, str):
        return [document]
    if isinstance(document, list):
        return document if all(isinstance(one, str | dict) for one in document) else []
    key = _key(document) if isinstance(document, dict) else None
    if key is None:
        return []
    value = document[key]
    if isinstance(value, dict):
        return _entries(value) if _text(value) is None else [value]
    if isinstance(value, list):
        if value and all(isinstance(one, int | float) for one in value):
            return [value]  # the bytes of one file, most likely
        return [] if _is_tensor(value) else value
    return [value] if isinstance(value, str) else []


def _key(entry: dict[str, Any]) -> str | None:
    """Return the key of an object under which its image stands, or None; one without a value counts as absent.

    Raises:
        Problem: 400 where it could be either of two.
    """
    entry = {key: value for key, value in entry.items() if value not in (None, "", [], {})} or entry
    if "images" in entry:
        return "images"
    ours = [key for key in entry if fields.NAMES.fullmatch(key)]
    theirs = ours or [key for key in entry if key.lower() in _THEIRS]
    found = theirs or [key for key, value in entry.items() if isinstance(value, dict) and "b64" in value]
    if len(found) > 1:
        both = " and ".join(map(uploads.printable, found[:2]))
        raise Problem(
            400, "no_image", f"The JSON has {both}, either of which may be the image; {_EXPECTED} was expected."
        )
    return found[0] if found else None


def _text(entry: Any, depth: int = 0) -> str | None:
    """Return the text of an image, also where objects are around it; None where there is none.

    Raises:
        Problem: 400 where two texts could be meant.
    """
    if isinstance(entry, list) and len(entry) == 1:
        entry = entry[0]
    if isinstance(entry, dict) and depth < _DEEPEST:
        key = _key(entry)
        return None if key is None else _text(entry[key], depth + 1)
    return entry if isinstance(entry, str) else None


def _upload(entry: Any, beside: str | None) -> Upload:
    name = entry.get("filename", beside) if isinstance(entry, dict) else beside
    try:
        text = _text(entry)
        if text is None:
            detail = f"An image is {_described(entry)}; the base64 of an image file was expected."
            numbers = all(
                isinstance(one, list | int | float) for one in (entry if isinstance(entry, list) else [entry])
            )
            detail += f" {_AS_NUMBERS}" if numbers else ""
            raise Problem(422, "not_base64", detail)
        return uploads.make(content.from_base64(text.encode()), name if isinstance(name, str) else None)
    except Problem as problem:
        return Upload(b"", None, problem)


def _described(value: Any) -> str:
    """Return in words what stands in place of the text of an image."""
    if isinstance(value, dict):
        if key := _key(value):
            return f"an object whose {uploads.printable(key)} is {_described(value[key])}"
        return f"an object with {', '.join(map(uploads.printable, list(value)[:4])) or 'nothing in it'}"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return json.dumps(value)[:40]


def _is_tensor(value: list[Any]) -> bool:
    """Tell whether a list is the inputs of the Open Inference Protocol."""
    first = value[0] if value else None
    return isinstance(first, dict) and {"datatype", "shape"} <= set(first)


def _no_images(document: Any) -> Problem:
    """Return the 400 of JSON in which there are no images, with what there is."""
    detail = f"The JSON has no images; {_EXPECTED} was expected."
    if isinstance(document, dict) and "inputs" in document:
        detail += f" {_V2}"
    elif isinstance(document, dict) and document:
        found = ", ".join(uploads.printable(key) for key in list(document)[:8])
        key = _key(document)
        held = f", and {uploads.printable(key)} is {_described(document[key])}" if key else ""
        detail += f" It has {found}{held}."
    return Problem(400, "no_image", detail)
