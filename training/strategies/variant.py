"""Which features of the backbone, and of networks beside it, make up a candidate's views of an image."""

from dataclasses import dataclass

from training.backbone import FeatureKey
from training.fitting.beside import Beside

Key = FeatureKey | Beside


@dataclass(frozen=True)
class Variant:
    """Which features make up each view, the nats by which each view is favoured, and where novelty is measured."""

    name: str
    views: tuple[tuple[Key, ...], ...]
    biases: tuple[float, ...]
    novelty: tuple[FeatureKey, ...]

    @property
    def keys(self) -> tuple[Key, ...]:
        """Every feature of the views, once."""
        return tuple(dict.fromkeys(key for view in self.views for key in view))

    @property
    def features(self) -> tuple[FeatureKey, ...]:
        """Those of the backbone."""
        return tuple(key for key in self.keys if not isinstance(key, Beside))

    @property
    def beside(self) -> tuple[Beside, ...]:
        """Those of other networks."""
        return tuple(key for key in self.keys if isinstance(key, Beside))
