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
FINDING = {
    "symptom": "overfitting",
    "severity": "warning",
    "summary": "Validation turned at epoch 4.",
    "evidence": [{"name": "best_epoch", "value": 4.0, "epochs": [4]}],
    "causes": [{"cause": "too few images", "told_apart_by": "more images help"}],
    "remedy": {
        "changes": [{"setting": "early_stopping", "action": "set", "value": True}],
        "advice": "Stop at the lowest validation loss.",
    },
    "kind": None,
}
DIAGNOSIS = {
    "findings": [FINDING],
    "checks_not_run": [{"check": "noise", "reason": "there is one run"}],
    "verdict": "It learned its images by heart.",
    "healthy": False,
    "labels": ["overfitting"],
}
REPORT: dict[str, Any] = {
    "schema_version": 1,
    "verdict": "Right on 92 % of images that it has not seen (95 % interval 78 to 98 %).",
    "classes": {"negative": "dark", "positive": "bright"},
    "estimate": {"accuracy": {"value": 0.92, "low": 0.78, "high": 0.98, "n": 35, "method": "Wilson"}, "optimism": 0.02},
    "test": {"n": 10, "accuracy": {"value": 0.9, "low": 0.6, "high": 0.98, "n": 10, "method": "Wilson"}},
    "training": {
        "folds": [{"repeat": 1, "fold": 1, "epochs": EPOCHS, "diagnosis": DIAGNOSIS}],
        "final": {"epochs": EPOCHS, "diagnosis": DIAGNOSIS},
        "symptoms": {"overfitting": 1},
        "attempts": [
            {"changes": [], "symptom": "overfitting", "ill_folds": 5, "folds": 5, "kept": False},
            {"changes": ["dropout 0.5"], "symptom": None, "ill_folds": 1, "folds": 5, "kept": True},
        ],
    },
    "comparison": [
        {"candidate": "pretrained", "chosen": True, "choosable": True, "accuracy": 0.92, "log_loss": 0.2},
        {"candidate": "scratch", "chosen": False, "choosable": False, "accuracy": 0.6, "log_loss": None},
        {"candidate": "<edges>", "chosen": False, "choosable": True, "accuracy": 0.8, "log_loss": 0.4},
    ],
    "calibration": {
        "before": {"log_loss": 0.31},
        "after": {"log_loss": 0.29},
        "curve": [{"probability": 0.1, "share": 0.0, "n": 9}, {"probability": 0.8, "share": 0.75, "n": 8}],
        "threshold": 0.5,
        "uncertain": {"low": 0.4, "high": 0.6, "method": "by hand"},
    },
    "confusion": {
        "rows": [
            {
                "actual": "dark",
                "predicted": "dark",
                "count": 16,
                "files": ["dark/1.png"],
                "images": [{"file": "dark/1.png", "thumbnail": "/9j/"}],
            },
            {"actual": "dark", "predicted": "bright", "count": 1, "files": ["dark/<i>.png"]},
            {"actual": "bright", "predicted": "dark", "count": 0, "files": []},
            {"actual": "bright", "predicted": "bright", "count": 18, "files": ["bright/1.png"]},
        ]
    },
    "wrong": {
        "count": 2,
        "images": [
            {
                "file": "dark/<i>.png",
                "part": "train",
                "actual": "dark",
                "said": "bright",
                "probability": 0.83,
                "doubted": True,
                "thumbnail": "/9j/",
            }
        ],
    },
    "data": {"n_train": 35, "skipped": [{"file": f"dark/{n}.heic", "reason": "It is <damaged>."} for n in range(12)]},
    "failed": [{"candidate": "finetune", "reason": "Its <weights> became infinite."}],
    "augmentation": [{"invariance": "hflip", "log_loss_change": -0.0123, "standard_error": 0.004, "used": True}],
    "checks": [
        {
            "check": "near duplicates",
            "severity": "info",
            "summary": "2 repeat <others>.",
            "evidence": {"groups": [["dark/1.png", "dark/<u>.png"]]},
        },
        {"check": "shortcuts", "severity": "warning", "summary": "Brightness <alone> tells them apart."},
    ],
    "checks_passed": ["class balance"],
    "checks_not_run": [{"check": "leak", "reason": "There are no test images."}],
    "images_to_look_at": [
        {"file": "<b>odd.png</b>", "reason": "far from the rest", "thumbnail": "/9j/", "label": "dark"}
    ],
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
