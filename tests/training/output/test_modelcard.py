"""The README of a version and the report's sections: every number that a reader needs, and nothing that is no JSON."""

import base64
import dataclasses
import io
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image

from artifact import jsonfile
from artifact.card import Calibration, Card, Classes, ImageSpec, ModelFile, UncertainBand
from artifact.report import reading, verdict
from artifact.report.comparison import Compared
from artifact.report.estimate import TEST
from artifact.report.section import plain
from tests.there import there
from training import strategies
from training.backbone.weights import IMAGENET
from training.evaluation.interval import Estimate, proportion
from training.evaluation.performance import Performance
from training.gathering import Gathered
from training.origin import Origin
from training.output import modelcard, promise, report
from training.reading.dataset import Dataset, Sample
from training.reading.grouping import Grouping


def render(card: Card, document: dict[str, Any], origin: Origin | None) -> str:
    return modelcard.render(card, reading.read(document), origin)


def _compose(document: dict[str, Any]) -> str:
    return verdict.compose(reading.read(document))


def _card(
    strategy: str = "pretrained-small", novelty_limit: float | None = 1.4, band: tuple[float, float] = (0.3, 0.8)
) -> Card:
    return Card(
        name="bees",
        version="1",
        created="2026-01-01T00:00:00+00:00",
        classes=Classes("wasp", "bee"),
        input=ImageSpec(224, 192),
        calibration=Calibration(1.0, 0.0),
        threshold=0.5,
        uncertain=UncertainBand(*band, "conformal: at most 10%"),
        novelty_limit=novelty_limit,
        model=ModelFile("", 0, ("logit", "novelty")),
        strategy=strategy,
        seed=7,
    )


def _performance(accuracy: float = 0.9, n: int = 40) -> Performance:
    return Performance(
        proportion(accuracy, n),
        Estimate(0.95, 0.87, 0.99, n, "made up"),
        Estimate(0.31, 0.2, 0.45, n, "made up"),
        Estimate(float("nan"), 0.05, float("inf"), n, "made up"),
        0.01,
    )


@pytest.fixture
def document() -> dict[str, Any]:
    return _with_verdict(_performance())


def _with_verdict(performance: Performance, **sections: Any) -> dict[str, Any]:
    document = {
        "classes": {"negative": "wasp", "positive": "bee"},
        "estimate": plain(report.estimate(performance)),
        "test": {"n": 10, "accuracy": plain(report.interval(proportion(0.8, 10)))},
        "checks": [
            {"severity": "info", "summary": "Only by the way."},
            {"severity": "critical", "summary": "Both labels on one image."},
        ],
        "data": {"n_train": 40, "counts": {"train": {"wasp": 18, "bee": 22}}},
        **sections,
    }
    return {"verdict": _compose(document), **document}


def test_the_numbers_and_their_intervals_are_in_the_text(document: dict[str, Any]) -> None:
    text = render(_card(), document, IMAGENET)
    assert "| auroc | 0.950 | 0.870 to 0.990 | 40 |" in text
    assert "| brier | not measurable | 0.050 to not measurable | 40 |" in text
    assert "About 90 of 100 new photos like these will be told right as bee or wasp." in text
    assert "From 40 photos that is known only roughly: 77 to 96." in text  # Wilson, by scipy
    assert "On the 10 test images: accuracy 0.800 (95 % interval 0.490 to 0.943)" in text  # Wilson, by scipy
    assert "trained on 40 images (18 wasp, 22 bee)" in text
    assert "uint8 `[N, 224, 192, 3]` (rgb) and gives `logit`, `novelty`" in text


def test_limits_name_the_band_what_is_unfamiliar_and_the_warnings_but_no_asides(document: dict[str, Any]) -> None:
    text = render(_card(), document, IMAGENET)
    assert "between 0.30 and 0.80 are flagged `uncertain`" in text
    assert "No answer is flagged `uncertain`" in render(_card(band=(0.5, 0.5)), document, IMAGENET)
    assert "are flagged `unfamiliar`" in text
    assert "Both labels on one image." in text
    assert "Only by the way." not in text
    assert "not recognised as such" in render(_card(novelty_limit=None), document, None)
    nothing = render(_card(), document | {"checks": [], "test": None}, None)
    assert "found no reason for distrust" in nothing
    assert "There were no test images" in nothing


@pytest.mark.parametrize(
    ("candidate", "licence"),
    [
        ("pretrained", "apache-2.0"),
        ("pretrained-small", "apache-2.0"),
        ("finetune", "apache-2.0"),
        ("mnist", "cc-by-sa-3.0"),
    ],
)
def test_the_licence_of_what_others_made_is_named(candidate: str, licence: str, document: dict[str, Any]) -> None:
    origin = there(strategies.load_maker(candidate).ORIGIN)
    text = render(_card(candidate), document, origin)
    assert f"\nlicense: {licence}\n" in text
    assert f"It holds {origin.what}." in text


def test_a_network_of_ones_own_claims_no_licence(document: dict[str, Any]) -> None:
    text = render(_card("edges"), document, strategies.load_maker("edges").ORIGIN)
    assert "license:" not in text
    assert "its licence is yours to choose" in text


def test_the_front_matter_is_what_model_hubs_read(document: dict[str, Any]) -> None:
    first, front, rest = render(_card(), document, IMAGENET).split("---\n", 2)
    assert first == ""
    assert dict(line.split(": ", 1) for line in front.splitlines())["pipeline_tag"] == "image-classification"
    assert rest.lstrip().startswith("# bees: bee or wasp")


def test_what_is_no_number_is_null_with_a_word_in_the_report(document: dict[str, Any]) -> None:
    section = json.loads(jsonfile.encode(document["estimate"]))
    assert section["brier"]["value"] is section["brier"]["high"] is None
    assert section["brier"]["low"] == 0.05
    assert section["brier"]["undefined"]
    assert "undefined" not in section["accuracy"]


def test_a_model_no_better_than_guessing_is_called_that_first_and_never_said_to_tell_the_classes() -> None:
    """Always giving shares of one half costs ln 2 = 0.693 nats."""
    performance = dataclasses.replace(_performance(), log_loss=Estimate(0.694, 0.5, 0.9, 40, "made up"))
    assert performance.guessing
    card = dataclasses.replace(_card(), guessing=True)
    page = render(card, _with_verdict(performance), IMAGENET)
    assert "\n\nNo better than guessing. Do not use it." in page.split("# bees")[1]
    assert "0.694" in page
    assert "0.693" in page
    assert "It does not tell bee from wasp" in page
    assert "Every answer is flagged `uncertain`" in page


@pytest.mark.parametrize(("loss", "guessing"), [(0.692, False), (0.6932, True), (float("nan"), True)])
def test_guessing_is_a_log_loss_that_is_not_below_that_of_the_classes_shares(loss: float, guessing: bool) -> None:
    performance = dataclasses.replace(_performance(), log_loss=Estimate(loss, 0.1, 0.9, 40, "made up"))
    assert performance.guessing == guessing


GUESSING = [
    (0.5, 0.5, 0.8, True),
    (0.51, 0.5, 0.4, False),
    (0.85, 0.9, 0.8, False),  # one class is rare, and the ranking is surely better than chance
    (0.85, 0.9, 0.49, True),
]
"""Low end of the accuracy, share of the more frequent class, low end of the AUROC, and whether that is guessing."""


def _from_groups(make_sample: Callable[..., Sample], groups_of_a_class: int) -> Gathered:
    samples = tuple(
        dataclasses.replace(make_sample(row, row % 2), group=f"p{row // 2 % groups_of_a_class}-{row % 2}")
        for row in range(40)
    )
    dataset = Dataset(Classes("wasp", "bee"), samples, (), grouping=Grouping("column", "patient_id"))
    return Gathered(dataset, ())


@pytest.mark.parametrize(("low", "share", "rank", "guessing"), GUESSING)
def test_an_accuracy_whose_interval_holds_guessing_is_guessing(
    low: float, share: float, rank: float, guessing: bool
) -> None:
    performance = dataclasses.replace(
        _performance(),
        accuracy=Estimate(0.9, low, 0.97, 40, "made up"),
        auroc=Estimate(0.9, rank, 0.97, 40, "made up"),
        base_accuracy=share,
    )
    assert performance.guessing == guessing


def test_the_report_counts_the_patients(make_sample: Callable[..., Sample]) -> None:
    found = plain(report.data(_from_groups(make_sample, 6)))["groups"]
    assert (found["train"], found["called"]) == (12, "patient")


def test_no_share_stands_anywhere_where_patients_are_too_few(
    make_sample: Callable[..., Sample], document: dict[str, Any]
) -> None:
    gathered, card, performance = _from_groups(make_sample, 4), _card(), _performance()
    withheld = document | {
        "verdict": _compose({"estimate": plain(report.estimate(performance, gathered.why_withheld))}),
        "estimate": plain(report.estimate(performance, gathered.why_withheld)),
        "test": plain(promise.withhold(there(reading.read_section(TEST, document["test"])), gathered.why_withheld)),
    }
    text = render(card, withheld, IMAGENET)
    answer = text[text.index("# bees") : text.index("## Limits")]
    assert "%" not in answer.replace("95 % interval", "")
    assert "accuracy" not in answer
    assert "4 of wasp and 4 of bee" in answer
    assert withheld["estimate"]["auroc"] | {"undefined": ""} == {
        **plain(report.interval(performance.auroc)),
        **{"value": None, "low": None, "high": None, "undefined": ""},
    }
    compared = Compared("edges", accuracy=0.9, auroc=1.0, log_loss=0.3)
    rows = plain(promise.withhold_rows([compared], gathered.why_withheld))
    shown = ("accuracy", "auroc", "log_loss")
    assert [{name: row[name] for name in shown} for row in rows] == [{"accuracy": None, "auroc": None, "log_loss": 0.3}]


def test_curves_keep_six_digits_and_no_infinities() -> None:
    found = plain(report.curves({"loss": [0.123456789, float("inf"), float("nan"), 1e-9]}))
    assert found == {"loss": [0.123457, None, None, 1e-9]}


def test_every_image_is_in_one_cell_of_the_confusion(make_sample: Callable[..., Sample]) -> None:
    samples = [make_sample(number, number % 2) for number in range(8)]
    probabilities = np.array([0.1, 0.9, 0.5, 0.4, 0.2, 0.6, 0.49, 0.5])
    found = plain(report.confusion(samples, probabilities, _card()))["rows"]
    rows = {(row["actual"], row["predicted"]): row for row in found}
    assert {key: row["count"] for key, row in rows.items()} == {
        ("wasp", "wasp"): 3,
        ("wasp", "bee"): 1,
        ("bee", "wasp"): 1,
        ("bee", "bee"): 3,
    }
    assert rows["wasp", "bee"]["files"] == ["2.png"]
    assert rows["wasp", "bee"]["images"] == []  # shown in the section of the wrong ones
    shown = rows["bee", "bee"]["images"][0]
    with Image.open(io.BytesIO(base64.b64decode(shown["thumbnail"]))) as picture:
        assert (picture.format, picture.size) == ("JPEG", (20, 24))  # no larger than the image, and in its shape
    assert rows["bee", "wasp"]["files"] == ["3.png"]
