from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import doctor
from doctor.readers import READERS
from doctor.readers.records import masked_crc32c

DATA = Path(__file__).parent / "data"
GENUINE = [
    (DATA / "lightning_metrics.csv").read_bytes(),
    (DATA / "trainer_state.json").read_bytes(),
    b'{"loss": [0.7, 0.5], "val_loss": [0.6, 0.5]}',
    b'{"loss": 0.7}\n{"loss": 0.5}\n',
]
NAMES = [reader.name for reader in READERS]


def record(payload: bytes) -> bytes:
    """Frame a payload as TFRecord does, with right checksums."""
    length = struct.pack("<Q", len(payload))
    checksums = struct.pack("<I", masked_crc32c(length)), struct.pack("<I", masked_crc32c(payload))
    return length + checksums[0] + payload + checksums[1]


def read_or_refuse(data: bytes, name: str | None) -> None:
    try:
        history, _ = doctor.read(data, name)
    except doctor.HistoryError:
        return
    assert "loss" in history
    assert len({len(values) for values in history.values()}) == 1


@settings(max_examples=250, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([None, *NAMES]))
def test_any_bytes_are_read_or_refused(data: bytes, name: str | None) -> None:
    read_or_refuse(data, name)


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(GENUINE), st.integers(0, 2000), st.binary(max_size=6), st.sampled_from([None, *NAMES]))
def test_damaged_logs_are_read_or_refused(data: bytes, place: int, patch: bytes, name: str | None) -> None:
    place %= len(data)
    read_or_refuse(data[:place] + patch + data[place + len(patch) :], name)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.binary(max_size=60), min_size=1, max_size=4))
def test_events_with_right_checksums_and_wrong_contents_are_read_or_refused(payloads: list[bytes]) -> None:
    read_or_refuse(b"".join(map(record, payloads)), None)


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["loss", "val_loss", "history", "log_history", "context", "epochs"]), inner)
    ),
    max_leaves=12,
)


@settings(max_examples=250, deadline=None)
@given(json_values, st.sampled_from([None, "json", "jsonl", "trainer_state"]))
def test_any_json_is_read_or_refused(value: object, name: str | None) -> None:
    read_or_refuse(json.dumps(value).encode(), name)


@pytest.mark.parametrize("history", [{"loss": [0.5, 0.4], "epochs": [1]}, {"loss": [0.5, 0.4, 0.3], "step": [10, 20]}])
def test_values_beyond_the_numbers_of_epochs_or_steps_are_refused(history: dict[str, list[float]]) -> None:
    with pytest.raises(doctor.HistoryError, match=r"for \d of the \d values .* leave them all out"):
        doctor.read(json.dumps(history).encode(), None)


@pytest.mark.parametrize(
    "data",
    [
        b'{"loss": [' + b"1" * 10_000 + b"]}",
        b'{"loss": [1e999, -1e999, NaN]}',
        b"[" + b"1" * 400 + b", 0.5]",
        b'{"log_history": [{"loss": 0.5, "epoch": -Infinity}, {"learning_rate": 1, "epoch": 1}]}',
        b"loss," * 5_000 + b"\n",
        b'loss\n"' + b"x" * 300_000,
        record(b"\x80" * 11),
        record(b"\x2a" + b"\xff" * 9 + b"\x01"),
    ],
)
def test_known_tricks_are_read_or_refused(data: bytes) -> None:
    read_or_refuse(data, None)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"a\ud83d_loss", "a\ufffd_loss"),  # a name that was cut in the middle of an emoji
        (r"a\uDC1D_loss", "a\ufffd_loss"),
        (r"a\ud83d\udc1d_loss", "a\U0001f41d_loss"),
        (r"a\\ud83d_loss", r"a\ud83d_loss"),  # a backslash, and no escape
    ],
)
@pytest.mark.parametrize("in_lines", [False, True])
def test_names_that_no_text_can_hold_are_read_as_ones_that_can(written: str, read: str, in_lines: bool) -> None:
    falling = [1 / epoch for epoch in range(1, 31)]
    lines = "\n".join(f'{{"loss": {value}, "{written}": {value}}}' for value in falling)
    data = lines if in_lines else f'{{"loss": {falling}, "{written}": {falling}}}'
    history, context = doctor.read(data.encode())
    said = json.dumps(doctor.diagnose(history, context).to_json(), ensure_ascii=False)
    assert json.dumps(read, ensure_ascii=False)[1:-1].encode() in said.encode()
