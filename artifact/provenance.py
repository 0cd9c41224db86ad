"""What a file says of where its picture comes from: the patient, the camera, the burst, the time.

Images of one patient, camera or burst belong together (`training.reading.suspecting`). Read are EXIF (CIPA DC-008), the
burst's name in XMP as Android's cameras write it, and DICOM's identifying elements (PS3.3 C.7.1, C.7.2).
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from PIL import ExifTags, Image

_BURST = re.compile(rb"BurstI[Dd](?:=\"|>)([^\"<]{1,100})")
_EMPTY = {"", "anonymous", "anon", "anonymized", "anonymised", "unknown", "none", "0"}


@dataclass(frozen=True)
class Provenance:
    """What is known; None where the file does not say.

    Attributes:
        patient: Who is shown, or else the examination.
        burst: The series that a camera took at one press.
        camera: The camera's serial number, or else its make and model.
        taken: When it was taken, in seconds.
    """

    patient: str | None = None
    burst: str | None = None
    camera: str | None = None
    taken: float | None = None


UNKNOWN = Provenance()


def of_picture(exif: Image.Exif, xmp: bytes = b"") -> Provenance:
    """Read a picture's EXIF data and XMP packet; odd values are passed over."""
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    model = " ".join(filter(None, (_text(exif.get(ExifTags.Base.Make)), _text(exif.get(ExifTags.Base.Model)))))
    burst = _BURST.search(xmp)
    return Provenance(
        burst=burst[1].decode("latin-1") if burst else None,
        camera=_text(inner.get(ExifTags.Base.BodySerialNumber)) or model or None,
        taken=_seconds(_text(inner.get(ExifTags.Base.DateTimeOriginal)), inner.get(ExifTags.Base.SubsecTimeOriginal)),
    )


def of_dicom(header: Any) -> Provenance:
    """Read a pydicom data set."""
    patient = _text(header.get("PatientID")) or _text(header.get("PatientName"))
    study = _text(header.get("StudyInstanceUID"))
    device = _text(header.get("DeviceSerialNumber")) or _text(header.get("ManufacturerModelName"))
    return Provenance(patient=patient or study, camera=device)


def _text(value: Any) -> str | None:
    text = value.decode("latin-1") if isinstance(value, bytes) else str(value or "")
    text = text.strip("\0 ")
    return None if text.lower() in _EMPTY or not text.strip("0:- ") else text[:200]


def _seconds(text: str | None, fraction: Any) -> float | None:
    if text is None:
        return None
    try:
        seconds = datetime.strptime(text[:19], "%Y:%m:%d %H:%M:%S").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None
    digits = _text(fraction) or ""
    return seconds + (float(f"0.{digits}") if digits.isdecimal() else 0.0)
