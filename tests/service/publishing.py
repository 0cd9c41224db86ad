"""Publish the tiny networks as training would."""

from pathlib import Path
from typing import Any

from artifact import card, golden, image, publishing
from artifact.card import Card
from tests.service import networks

EPOCHS = {
    "loss": [0.7, 0.5, 0.4, 0.33, 0.3],
    "val_loss": [0.71, 0.6, 0.5, 0.45, 0.44],
    "accuracy": [0.5, 0.7, 0.8, 0.9, 0.9],
    "val_accuracy": [0.5, 0.6, 0.8, 0.8, 0.8],
}
REPORT: dict[str, Any] = {
    "schema_version": 1,
    "verdict": "Right on 92 % of images that it has not seen (95 % interval 78 to 98 %).",
    "estimate": {"accuracy": {"value": 0.92, "low": 0.78, "high": 0.98, "n": 35, "method": "Wilson"}},
    "training": {"folds": [{"repeat": 1, "fold": 1, "epochs": EPOCHS}], "final": {"epochs": EPOCHS}},
    "checks": [{"check": "duplicates", "severity": "info", "summary": "No duplicates <found>."}],
    "checks_not_run": [{"check": "leak", "reason": "There are no test images."}],
    "images_to_look_at": [{"file": "<b>odd.png</b>", "reason": "far from the rest"}],
}


def make_card(name: str = "default", channels: int = 3, side: int = networks.SIDE, **changes: Any) -> Card:
    """Return a card for a tiny network."""
    values: dict[str, Any] = {
        "name": name,
        "version": "0",
        "created": "2026-01-01T00:00:00+00:00",
        "classes": card.Classes("dark", "bright"),
        "input": card.ImageSpec(side, side, "rgb" if channels == 3 else "gray"),
        "calibration": card.Calibration(1.0, 0.0),
        "threshold": 0.5,
        "uncertain": card.UncertainBand(0.4, 0.6, "by hand"),
        "novelty_limit": 0.9,
        "model": card.ModelFile("", 0, ("logit", "novelty", "evidence")),
        "strategy": "brightness",
        "seed": 1,
    }
    return Card(**{**values, **changes})


def publish(
    models: Path,
    name: str = "default",
    gain: float = 8.0,
    drift: float = 0.0,
    model: bytes | None = None,
    **options: Any,
) -> Card:
    """Publish a network; `drift` is added to its golden logits, so that its self-test fails; return its card."""
    shape = {key: options.pop(key) for key in ("evidence", "novelty", "channels", "side") if key in options}
    has_novelty = shape.get("novelty", True)
    described = make_card(name, shape.get("channels", 3), shape.get("side", networks.SIDE), **options)

    def score(file: bytes) -> golden.Score:
        logit, novelty = networks.expected(image.load(file, described.input), gain)
        return logit + drift, novelty if has_novelty else None

    network = model if model is not None else networks.build(gain, **shape)
    bundle = publishing.Bundle(described, network, REPORT, "# A tiny model", golden.record(score))
    return publishing.publish(models, bundle)
