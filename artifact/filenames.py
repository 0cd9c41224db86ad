"""What a file's name says: an image that is worth opening, or why it is passed over where images are listed."""

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from artifact import formats

REASONS = {
    "suffix": "not an image suffix",
    "hidden": "hidden",
    "system": "left by an operating system or a program",
    "video": "a video: save the frames that are meant as images",
    "note": "notes beside images",
    "archive": "an archive inside: unpack it",
    "document": "a document: save its pictures as images",
    "raw": "a camera's raw picture: develop it to JPEG or TIFF",
    "format": "an image format that is not read: save it as PNG or TIFF",
    "unfinished": "a download that is not finished",
    "elsewhere": "a placeholder of a file that lies in a cloud: download it",
    "folder_link": "a link to a folder",
    "unreadable_folder": "a folder that cannot be read",
    "no_path": "a row of the list without a path",
}
"""What may keep a file out, as a sentence has it."""

_SUFFIXES: Mapping[str, str] = {
    "video": ".mov .mp4 .m4v .avi .mkv .webm .mpg .mpeg .wmv .3gp .mts .m2ts .lrv .insv",
    "note": ".xmp .aae .json .jsonl .ndjson .txt .md .csv .tsv .xml .yaml .yml .ini .log .htm .html .pp3 .labels .thm "
    ".lst .manifest",
    "archive": ".zip .rar .7z .tar .gz .tgz .bz2 .xz",
    "document": ".pdf .doc .docx .odt .ppt .pptx .odp .xls .xlsx .ods",
    "raw": ".cr2 .cr3 .nef .nrw .arw .dng .raf .orf .rw2 .raw .pef .srw",
    "format": ".jxl .svg .psd .xcf .ico .tga .pcx .exr .hdr .nii .czi .lif .nd2 .oib .oif .vsi .mrxs .svs .ndpi .scn "
    ".fits .eps .ai",
    "unfinished": ".crdownload .part .partial .download .opdownload",
    "elsewhere": ".icloud",
}
_BY_SUFFIX = {suffix: reason for reason, suffixes in _SUFFIXES.items() for suffix in suffixes.split()}
_OF_SYSTEMS = {
    *("thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", ".ds_store", ".localized", ".picasa.ini", "picasa.ini"),
    *("__macosx", ".appledouble", ".spotlight-v100", ".trashes", ".fseventsd", "@eadir", "#recycle", "$recycle.bin"),
    *("system volume information", "lost+found", ".ipynb_checkpoints", ".thumbnails", "__pycache__", ".git"),
    *("@recycle", "@recently-snapshot", "recycler", "#snapshot", "_gsdata_", "ipod photo cache"),
}
_LEFT = re.compile(r"\._.*|~\$.*|.*:zone\.identifier|.*\.(lrdata|cocatalog)", re.IGNORECASE)
"""Finder's second half of a file on a foreign disk, Office's lock, Windows' mark of a download, and the catalogues of
Lightroom and Capture One, which hold a preview of each picture."""


def why_passed_over(name: str) -> str | None:
    """Return the key of `REASONS` why a file of this name is passed over; None where it is worth opening.

    A name without a suffix, or with a number for one as DICOM's often have, says nothing: `suffix` is returned, and
    the first bytes decide (`formats.recognise`).
    """
    suffix = PurePosixPath(name).suffix.lower()
    if is_of_system(name):
        return "system"
    if _BY_SUFFIX.get(suffix) == "elsewhere":  # a hidden file that stands for one that is not
        return "elsewhere"
    if name.startswith("."):
        return "hidden"
    return None if suffix in formats.SUFFIXES else _BY_SUFFIX.get(suffix, "suffix")


def is_of_system(name: str) -> bool:
    """Tell whether a file or folder was left by an operating system or a program, and is nothing of the user's."""
    return name.lower() in _OF_SYSTEMS or _LEFT.fullmatch(name) is not None


def is_nameless(name: str) -> bool:
    """Tell whether a name says nothing of what the file holds: it has no suffix, or a number for one."""
    suffix = PurePosixPath(name).suffix
    return not suffix or suffix[1:].isdecimal()


def is_picture(name: str) -> bool:
    """Tell whether a file is meant to be an image, of whatever format."""
    suffix = PurePosixPath(name).suffix.lower()
    return suffix in formats.SUFFIXES or _BY_SUFFIX.get(suffix) in ("raw", "format")
