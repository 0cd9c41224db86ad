"""What files say of where they come from, written by Pillow 13, pillow-heif 1.8 and pydicom 3.0."""

import io
from typing import Any

import numpy as np
import pillow_heif
import pytest
from PIL import ExifTags, Image

from artifact import image
from artifact.provenance import UNKNOWN, Provenance
from tests.artifact.pictures import smooth
from tests.artifact.test_dicom import written

PICTURE = Image.fromarray(smooth(32, 48))
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description GCamera:BurstID="7f3a-01"/></x:xmpmeta>'


def exif(**inner: Any) -> Image.Exif:
    data = Image.Exif()
    data[ExifTags.Base.Make], data[ExifTags.Base.Model] = "Maker", "Model 3"
    data.get_ifd(ExifTags.IFD.Exif).update({ExifTags.Base[name]: value for name, value in inner.items()})
    return data


def saved(file_format: str, **options: Any) -> bytes:
    file = io.BytesIO()
    PICTURE.save(file, file_format, **options)
    return file.getvalue()


TAKEN = {"DateTimeOriginal": "2024:05:01 10:00:02", "SubsecTimeOriginal": "250"}
"""1714557602.25 seconds, as `date -u -d "2024-05-01 10:00:02" +%s` says."""


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
def test_the_camera_the_time_and_the_burst_are_read(file_format: str) -> None:
    data = saved(file_format, exif=exif(BodySerialNumber="SN-9", **TAKEN), xmp=XMP)
    found = image.open(data).provenance()
    assert (found.camera, found.taken) == ("SN-9", 1714557602.25)
    assert found.burst == (None if file_format == "PNG" else "7f3a-01")  # where Pillow writes no XMP


def test_without_a_serial_number_make_and_model_are_the_camera() -> None:
    assert image.open(saved("JPEG", exif=exif())).provenance() == Provenance(camera="Maker Model 3")
    assert image.open(saved("JPEG")).provenance() == UNKNOWN


def test_a_phone_s_heic_says_the_same() -> None:
    file = io.BytesIO()
    pillow_heif.from_pillow(PICTURE).save(file, exif=exif(**TAKEN).tobytes())
    found = image.open(file.getvalue()).provenance()
    assert (found.camera, found.taken) == ("Maker Model 3", 1714557602.25)


@pytest.mark.parametrize("text", ["0000:00:00 00:00:00", "    :  :     :  :  ", "yesterday", "2024:13:01 10:00:00"])
def test_a_clock_that_was_never_set_says_no_time(text: str) -> None:
    assert image.open(saved("JPEG", exif=exif(DateTimeOriginal=text))).provenance().taken is None


def test_a_dicom_names_its_patient_or_else_its_examination() -> None:
    gray = np.asarray(PICTURE.convert("L"))
    named = written(gray, PatientID="P-17", StudyInstanceUID="1.2.840.1")
    assert image.open(named).provenance().patient == "P-17"
    anonymous = written(gray, PatientID="ANONYMOUS", PatientName="", StudyInstanceUID="1.2.840.1")
    assert image.open(anonymous).provenance().patient == "1.2.840.1"
