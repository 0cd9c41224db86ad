"""Put the state of a process into its metrics: what is served, what was refused, and drift."""

from service.monitoring import drift
from service.state import State


def publish(state: State) -> None:
    """Set the gauges; cheap, and called every second or so."""
    metrics, default = state.metrics, state.registry.default
    metrics.refused.set(default.refusal is not None)
    if default.model is None:
        return
    card = default.model.card
    metrics.set_served(card.name, card.version)
    signals = state.drift.measure(card)
    for name in drift.SIGNALS:
        metrics.drift.labels(name).set(signals[name].distance / signals[name].limit if name in signals else 0)
