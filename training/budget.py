"""What the published network may cost."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Budget:
    """Limits, None where there is none.

    Attributes:
        megabytes: Of the ONNX file, in 10^6 bytes.
        milliseconds: Of one image on one thread of this machine, without decoding.
    """

    megabytes: float | None = None
    milliseconds: float | None = None

    def __bool__(self) -> bool:
        """Return whether there is any limit."""
        return self.megabytes is not None or self.milliseconds is not None

    def allows(self, cost: Mapping[str, float]) -> bool:
        """Return whether a candidate's measured `megabytes` and `milliseconds` keep within the limits."""
        limits = {"megabytes": self.megabytes, "milliseconds": self.milliseconds}
        return all(cost[name] <= limit for name, limit in limits.items() if limit is not None)

    def __str__(self) -> str:
        """Return the limits as the options name them."""
        limits = {"--budget-mb": self.megabytes, "--budget-ms": self.milliseconds}
        return " and ".join(f"{option} {limit:g}" for option, limit in limits.items() if limit is not None)
