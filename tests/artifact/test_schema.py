from dataclasses import dataclass, field
from typing import Any, Literal

import pytest

from artifact import schema


@dataclass(frozen=True)
class Inner:
    share: float


@dataclass(frozen=True)
class Outer:
    text: str
    whole: int
    real: float
    yes: bool
    choice: Literal["a", "b"]
    maybe: float | None
    inner: Inner
    many: tuple[Inner, ...] = ()
    free: dict[str, Any] = field(default_factory=dict)


VALID = {
    "text": "é",
    "whole": 3,
    "real": 2,
    "yes": True,
    "choice": "b",
    "maybe": None,
    "inner": {"share": 0.5},
    "many": [{"share": 1.0}, {"share": 2.0}],
    "free": {"x": [1, None]},
}


def test_a_valid_object_becomes_the_dataclass() -> None:
    built = schema.build(Outer, VALID, "it")
    expected = Outer("é", 3, 2.0, True, "b", None, Inner(0.5), (Inner(1.0), Inner(2.0)), {"x": [1, None]})
    assert built == expected
    assert type(built.real) is float


def test_what_has_a_default_may_be_missing_and_what_is_unknown_is_ignored() -> None:
    value = {key: VALID[key] for key in VALID if key not in ("many", "free")} | {"from_the_future": 1}
    built = schema.build(Outer, value, "it")
    assert built.many == ()
    assert built.free == {}


@pytest.mark.parametrize("name", [name for name in VALID if name not in ("many", "free")])
def test_a_missing_field_is_named(name: str) -> None:
    with pytest.raises(schema.SchemaError, match=rf"it\.{name} is missing"):
        schema.build(Outer, {key: VALID[key] for key in VALID if key != name}, "it")


@pytest.mark.parametrize(
    ("name", "wrong", "place"),
    [
        ("text", 1, "it.text"),
        ("text", None, "it.text"),
        ("whole", 3.0, "it.whole"),
        ("whole", True, "it.whole"),
        ("whole", "3", "it.whole"),
        ("real", "2", "it.real"),
        ("real", False, "it.real"),
        ("real", None, "it.real"),
        ("real", float("nan"), "it.real"),
        ("real", float("-inf"), "it.real"),
        ("real", 10**400, "it.real"),
        ("yes", 1, "it.yes"),
        ("choice", "c", "it.choice"),
        ("choice", ["a"], "it.choice"),
        ("maybe", "x", "it.maybe"),
        ("inner", [], "it.inner"),
        ("inner", {"share": "half"}, "it.inner.share"),
        ("inner", {}, "it.inner.share"),
        ("many", "ab", "it.many"),
        ("many", {"share": 1.0}, "it.many"),
        ("many", [{"share": 1.0}, {"share": None}], r"it.many\[1\].share"),
        ("free", [], "it.free"),
    ],
)
def test_a_field_of_another_type_is_named(name: str, wrong: object, place: str) -> None:
    with pytest.raises(schema.SchemaError, match=place):
        schema.build(Outer, VALID | {name: wrong}, "it")


@pytest.mark.parametrize("value", [None, [], "text", 3])
def test_what_is_no_object_is_refused(value: object) -> None:
    with pytest.raises(schema.SchemaError, match="an object was expected"):
        schema.build(Outer, value, "it")
