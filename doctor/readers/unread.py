"""Formats that are not read, by name, each with the way to one that is."""

from __future__ import annotations

from dataclasses import dataclass

from doctor.readers.source import Source

_READ = "A log is text, JSON, a database, or an event file of TensorBoard."
_TO_JSON = "json.dump(history.history, open('history.json', 'w'))"


@dataclass(frozen=True)
class Unread:
    """A format: what it is called, the bytes it begins with and contains, or what its folder holds, and the way out."""

    what: str
    instead: str
    begins: tuple[bytes, ...] = ()
    holds: tuple[str, ...] = ()
    contains: bytes = b""


UNREAD = (
    Unread(
        "a pickle, which runs any program that is in it when it is opened",
        f"Open it yourself where you trust it, and write JSON: {_TO_JSON}",
        (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05"),
    ),
    Unread("an HDF5 file, a model's weights", f"Write the history: {_TO_JSON}", (b"\x89HDF",)),
    Unread("an Excel workbook", "Save the sheet as CSV", (b"PK\x03\x04",), contains=b"xl/workbook.xml"),
    Unread(
        "a spreadsheet of LibreOffice",
        "Save the sheet as CSV",
        (b"PK\x03\x04",),
        contains=b"opendocument.spreadsheet",
    ),
    Unread(
        "a file of torch.save, which may run a program when it is opened",
        "Where you trust it, write JSON: json.dump(torch.load(file)['history'], open('history.json', 'w'))",
        (b"PK\x03\x04",),
        contains=b"/data.pkl",
    ),
    Unread(
        "an archive of numpy",
        "Write JSON: json.dump({name: values.tolist() for name, values in numpy.load(file).items()}, "
        "open('history.json', 'w'))",
        (b"PK\x03\x04",),
        contains=b".npy",
    ),
    Unread(
        "a file of MATLAB",
        "Write JSON in MATLAB: writelines(jsonencode(info), 'history.json')",
        (b"MATLAB 5.0 MAT-file", b"MATLAB 7.3 MAT-file"),
    ),
    Unread(
        "a zip archive, as .keras, .pt and ClearML's offline sessions are",
        f"Unpack it and name the log in it, or write the history: {_TO_JSON}",
        (b"PK\x03\x04",),
    ),
    Unread(
        "a compressed file",
        "Unpack it first (gunzip, xz -d, zstd -d)",
        (b"\x1f\x8b", b"\xfd7zXZ", b"(\xb5/\xfd", b"BZh"),
    ),
    Unread(
        "the state of a search by Ray Tune, which holds no curves",
        "Name the folder of one trial beside it, in which progress.csv and result.json lie",
        (b'{\n  "trial_data"', b'{"trial_data"', b'{\n  "checkpoints"', b'{"checkpoints"'),
        contains=b'"runner_data"',
    ),
    Unread("a Parquet file", "Write CSV: pandas.read_parquet(file).to_csv('history.csv')", (b"PAR1",)),
    Unread("an array of numpy", "Write CSV: numpy.savetxt(file, values, header='loss', comments='')", (b"\x93NUMPY",)),
    Unread(
        "a picture; numbers cannot be read off a plot",
        f"Give the numbers that it was drawn from: {_TO_JSON}",
        (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF"),
    ),
    Unread(
        "an Aim repository",
        "Export it: aim storage --repo . reindex, and then, in Python and with pandas installed, "
        "aim.Repo('.').query_metrics('run.active == False').dataframe().to_csv('history.csv')",
        holds=(".aim", "meta/chunks", "seqs/chunks"),
    ),
    Unread(
        "a folder of Neptune, whose runs are on its server (offline runs are read)",
        "Write the series: run['train/loss'].fetch_values().rename(columns={'value': 'loss'}).to_csv('history.csv')",
        holds=(".neptune",),
    ),
    Unread("a Guild AI home", "Export it: guild tensorboard --export-scalars history.csv", holds=(".guild",)),
)
"""The formats; a log is compared with them after every reader has passed."""


def told(source: Source) -> str | None:
    """Say what a source is and what to do instead, or None where it is none of these."""
    for unread in UNREAD:
        if source.is_folder:
            if any(source.child(*name.split("/")) is not None for name in unread.holds):
                return f"{source.name!r} is {unread.what}, which is not read. {unread.instead}."
        elif unread.begins and source.head.startswith(unread.begins) and unread.contains in source.data:
            return f"{source.name!r} is {unread.what}, and is not read. {unread.instead}. {_READ}"
    return None
