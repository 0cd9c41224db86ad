"""The metrics of all replicas as one text of Prometheus: the same series, each with the replica that it is of."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector


class _Merged(Collector):
    """Metric families that are there already."""

    def __init__(self, families: Mapping[str, Metric]) -> None:
        self._families = families

    def collect(self) -> list[Metric]:
        return list(self._families.values())


def merge(texts: Mapping[str, bytes]) -> bytes:
    """Return one exposition of several, by replica; every sample gets the label `replica`.

    Sums over replicas are left to Prometheus, which knows that a replica's counters begin anew; added up here, they
    would fall whenever a replica goes.
    """
    families: dict[str, Metric] = {}
    for replica, text in texts.items():
        for family in text_string_to_metric_families(text.decode()):
            merged = families.setdefault(family.name, Metric(family.name, family.documentation, family.type))
            for sample in family.samples:
                merged.samples.append(sample._replace(labels={**sample.labels, "replica": replica}))
    registry = CollectorRegistry()
    registry.register(_Merged(families))
    return generate_latest(registry)
