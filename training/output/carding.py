"""Fill in the card of a finished model."""

import datetime
import os
from dataclasses import asdict, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from artifact.card import Card, ModelFile
from artifact.network import EVIDENCE, LOGIT, NOVELTY
from training.evaluation.deciding import Rules
from training.evaluation.novelty import Novelty
from training.gathering import Gathered
from training.problem.interface import Candidate, Fitted
from training.reading import merging
from training.settings import Settings

LIBRARIES = ("numpy", "pillow", "scikit-learn", "tensorflow-cpu", "keras", "tf2onnx", "onnx", "onnxruntime")


def describe(
    settings: Settings,
    gathered: Gathered,
    candidate: Candidate,
    fitted: Fitted,
    rules: Rules,
    novelty: Novelty | None,
    guessing: bool,
) -> Card:
    """Return the card, but for the version and the model's hash, which publishing fills in."""
    outputs = {
        LOGIT,
        *((NOVELTY,) if novelty else ()),
        *((EVIDENCE,) if EVIDENCE in fitted.network.outputs else ()),
    }
    dataset = gathered.dataset
    return Card(
        name=settings.name,
        version="",
        created=_now(),
        classes=dataset.classes,
        input=replace(candidate.spec, reading=dataset.reading),
        calibration=rules.calibration,
        threshold=rules.threshold,
        uncertain=rules.band,
        novelty_limit=novelty.limit if novelty else None,
        model=ModelFile(sha256="", bytes=0, outputs=tuple(sorted(outputs))),
        strategy=candidate.name,
        seed=settings.seed,
        settings=_settings(settings, gathered, fitted),
        libraries=_libraries(),
        data={
            "fingerprint": dataset.fingerprint,
            "train": dataset.counts(dataset.train),
            "test": dataset.counts(dataset.test),
        },
        reference=rules.reference(novelty),
        guessing=guessing,
    )


def _settings(settings: Settings, gathered: Gathered, fitted: Fitted) -> dict[str, Any]:
    asked = {
        **gathered.rounds,
        "also": merging.names(settings.also),
        "test": None if settings.test is None else Path(settings.test).resolve().name,
        "backbone": settings.own_backbone.path.name if settings.own_backbone else settings.backbone,
        "positive": settings.positive,
        "unlabelled": len(gathered.unlabelled),
        "strategies": list(settings.strategies),
        "costs": asdict(settings.costs),
        "budget": asdict(settings.budget),
        "error_rate": settings.error_rate,
        "mend": settings.mend,
        "invariant": sorted(settings.invariant),
        "class_weight": "balanced" if settings.balanced else "none",
        "overrides": {key: value for key, value in asdict(settings.overrides).items() if value is not None},
    }
    return {**asked, "fit": fitted.settings}


def _libraries() -> dict[str, str]:
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue  # a GPU or platform build under another name
    return found


def _now() -> str:
    """Return the time in UTC; SOURCE_DATE_EPOCH sets it for reproducible builds (reproducible-builds.org)."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    moment = datetime.datetime.now(datetime.UTC)
    if epoch is not None and epoch.isdecimal():
        moment = datetime.datetime.fromtimestamp(int(epoch), datetime.UTC)
    return moment.replace(microsecond=0).isoformat()
