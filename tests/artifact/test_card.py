import dataclasses
import json
import string
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artifact import card as cards
from artifact import schema
from artifact.card import Card
from artifact.errors import ArtifactError
from tests.artifact.pictures import Color

finite = st.floats(allow_nan=False, allow_infinity=False)
share = st.floats(0, 1)
text = st.text(st.characters(codec="utf-8"), max_size=20)
whole = st.integers(0, 2**63)
json_values = st.recursive(
    st.none() | st.booleans() | whole | finite | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=6,
)
some_cards = st.builds(
    cards.Card,
    name=st.text(string.ascii_lowercase, min_size=1, max_size=64),
    version=text,
    created=text,
    classes=st.builds(cards.Classes, text, text),
    input=st.builds(
        cards.ImageSpec,
        st.integers(1, 4096),
        st.integers(1, 4096),
        st.sampled_from(["rgb", "gray"]),
        st.sampled_from(["stretch", "crop", "pad"]),
    ),
    calibration=st.builds(cards.Calibration, finite, finite),
    threshold=share,
    uncertain=st.builds(cards.UncertainBand, share, share, text),
    novelty_limit=st.none() | finite,
    model=st.builds(cards.ModelFile, text, whole, st.lists(text, max_size=3).map(tuple)),
    strategy=text,
    seed=whole,
    settings=st.dictionaries(text, json_values, max_size=3),
    libraries=st.dictionaries(text, text, max_size=3),
    data=st.dictionaries(text, json_values, max_size=3),
    reference=st.builds(cards.Reference, st.lists(whole).map(tuple), st.lists(finite).map(tuple)),
)


@given(some_cards)
def test_a_card_survives_being_written_and_read(card: Card) -> None:
    assert cards.decode(cards.encode(card)) == card


def _places(value: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every place in a JSON document that a field of the card stands at."""
    for key, inner in value.items():
        yield (*path, key)
        if isinstance(inner, dict) and key not in ("settings", "libraries", "data"):
            yield from _places(inner, (*path, key))


@pytest.fixture
def damage(make_card: Callable[..., Card]) -> Callable[..., bytes]:
    """Change one place of a valid card.json and return its bytes."""

    def change(path: tuple[str, ...], mend: Callable[[dict[str, Any], str], object]) -> bytes:
        document = json.loads(cards.encode(make_card()))
        inner = document
        for key in path[:-1]:
            inner = inner[key]
        mend(inner, path[-1])
        return json.dumps(document).encode()

    return change


def test_each_field_is_required_or_has_a_default_and_is_checked(
    make_card: Callable[..., Card], damage: Callable[..., bytes]
) -> None:
    optional = {"settings", "libraries", "data", "reference", "probability_histogram", "novelty_quantiles"}
    optional |= {"color", "fit", "keep"}
    optional |= {"guessing", "reading", "scale", "pages", "channels"}  # which cards of earlier versions lack
    places = list(_places(json.loads(cards.encode(make_card()))))
    assert len(places) > 25
    for path in places:
        if path[-1] not in optional:
            with pytest.raises(ArtifactError, match=path[-1]):
                cards.decode(damage(path, lambda inner, key: inner.pop(key)))
        else:
            cards.decode(damage(path, lambda inner, key: inner.pop(key)))
        with pytest.raises(ArtifactError, match=r"card\.json.*" + path[-1]):
            cards.decode(damage(path, lambda inner, key: inner.update({key: "yes" if inner[key] is False else True})))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("threshold",), 1.5),
        (("threshold",), -0.1),
        (("uncertain", "low"), 2.0),
        (("uncertain", "high"), -1),
        (("input", "height"), 0),
        (("input", "width"), -3),
        (("input", "color"), "cmyk"),
        (("calibration", "slope"), None),
    ],
)
def test_numbers_that_no_model_can_have_are_refused(
    path: tuple[str, ...], value: object, damage: Callable[..., bytes]
) -> None:
    with pytest.raises(ArtifactError, match=path[0]):
        cards.decode(damage(path, lambda inner, key: inner.update({key: value})))


@pytest.mark.parametrize("version", [0, 2, "1", None, [1]])
def test_another_schema_version_is_refused_with_what_to_do(version: object, damage: Callable[..., bytes]) -> None:
    with pytest.raises(ArtifactError, match=r"schema_version.*train it again"):
        cards.decode(damage(("schema_version",), lambda inner, key: inner.update({key: version})))


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[1]", b"null", b"\xff\xfe\x00", b'{"a": NaN}', b"[" * 100_000, b'{"threshold": Infinity}']
)
def test_what_is_no_card_is_an_error_that_names_the_file(data: bytes) -> None:
    with pytest.raises(ArtifactError, match=r"card\.json"):
        cards.decode(data)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_card_with_a_number_that_json_lacks_is_never_written(value: float, make_card: Callable[..., Card]) -> None:
    with pytest.raises(ValueError, match="JSON"):
        cards.encode(make_card(settings={"deep": [{"loss": value}]}))


def test_a_card_cannot_be_made_with_an_impossible_threshold(make_card: Callable[..., Card]) -> None:
    with pytest.raises(schema.SchemaError, match="threshold"):
        make_card(threshold=float("nan"))


def test_the_file_is_readable_utf_8(make_card: Callable[..., Card]) -> None:
    classes = cards.Classes("anderes", "Käse")
    written = cards.encode(dataclasses.replace(make_card(), classes=classes)).decode("utf-8")
    assert "Käse" in written
    assert json.loads(written)["classes"] == {"negative": "anderes", "positive": "Käse"}


@pytest.mark.parametrize(("color", "channels"), [("rgb", 3), ("gray", 1)])
def test_channels_follow_the_colour(color: Color, channels: int) -> None:
    assert cards.ImageSpec(1, 1, color).channels == channels
