"""Prometheus metrics, right under several workers: each writes its own file, and any of them answers for all."""

import os
from pathlib import Path
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess

from service.inference.answers import Answer, Result
from service.inference.model import Model
from service.monitoring import folder, retired

Mode = Literal["livesum", "livemax"]
"""How the workers' values of a gauge become one."""

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_TENTHS = tuple(tenth / 10 for tenth in range(1, 11))
_MODEL = ("model", "version")


class Metrics:
    """The numbers of one process."""

    def __init__(self) -> None:
        """Make them, all zero."""
        self._registry = CollectorRegistry()
        self.requests = self._counter("requests", "Requests answered.", "route", "method", "status")
        self.seconds = self._histogram("request_seconds", "Time of a request.", _SECONDS, "route")
        stages = self._histogram("stage_seconds", "Time of a stage: queue, decode, run.", _SECONDS, "stage")
        self._stages = {stage: stages.labels(stage) for stage in ("queue", "decode", "run")}
        self._images = self._counter("images", "Images, by outcome: answered, or a problem's code.", *_MODEL, "outcome")
        self._flagged = self._counter("flagged_images", "Answers flagged uncertain or unfamiliar.", *_MODEL, "flag")
        self._scores = self._histogram("probability", "Probability of the positive class.", _TENTHS, *_MODEL)
        self.queue = self._gauge("queue", "Requests that work or wait now.", "livesum")
        self.served = self._gauge("model_served", "1 for the default model's version in service.", "livemax", *_MODEL)
        self.refused = self._gauge("model_refused", "1 while a newer version is refused.", "livemax")
        self.drift = self._gauge("drift_ratio", "Distance from training; above 1 is drift.", "livemax", "signal")
        self._now_served: tuple[str, str] | None = None

    def set_served(self, name: str, version: str) -> None:
        """Note which version of the default model is in service."""
        if self._now_served != (name, version):
            if self._now_served is not None:
                self.served.labels(*self._now_served).set(0)
            self._now_served = name, version
        self.served.labels(name, version).set(1)

    def observe_stage(self, stage: str, seconds: float) -> None:
        """Count the time that a stage took."""
        self._stages[stage].observe(seconds)

    def observe_result(self, model: Model, result: Result) -> None:
        """Count the outcome for one image."""
        labels = model.card.name, model.card.version
        if not isinstance(result, Answer):
            self._images.labels(*labels, result.code).inc()
            return
        self._images.labels(*labels, "answered").inc()
        self._scores.labels(*labels).observe(result.decision.probability)
        for flag in ("uncertain", "unfamiliar"):
            if getattr(result.decision, flag):
                self._flagged.labels(*labels, flag).inc()

    def expose(self) -> bytes:
        """Return all numbers, of all workers, in Prometheus' text format."""
        if folder.VARIABLE not in os.environ:
            return generate_latest(self._registry)
        together = CollectorRegistry()
        multiprocess.MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        with retired.reading(Path(os.environ[folder.VARIABLE])):
            return generate_latest(together)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"thirtyfive_{name}", text, labels, registry=self._registry)

    def _histogram(self, name: str, text: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(f"thirtyfive_{name}", text, labels, buckets=buckets, registry=self._registry)

    def _gauge(self, name: str, text: str, mode: Mode, *labels: str) -> Gauge:
        return Gauge(f"thirtyfive_{name}", text, labels, multiprocess_mode=mode, registry=self._registry)
