"""The remedies, side by side: each is one module with the same small interface, and one row here.

A module has `NAME`, `SUMMARY`, `CHOOSABLE` (may it be published?), `ORIGIN` (whose weights it starts from) and
`candidates(problem)`; see `training.problem.interface`. Add a strategy by writing its module and naming it in
`STRATEGIES`. The modules import Keras, so each is loaded on first use.
"""

from importlib import import_module

from training.errors import TrainingError
from training.loading_tensorflow import loading
from training.problem.interface import Strategy

STRATEGIES = (
    "strokes",
    "pretrained",
    "compact",
    "edges",
    "application",
    "own",
    "finetune",
    "mnist",
    "scratch",
    "autoencoder",
    "question",
)
"""Names of the strategies, which are the names of their modules: the heads, and then what is trained fold by fold; of
both the first are the likeliest to win."""

HEADS = ("strokes", "pretrained", "compact", "edges", "application", "own")
"""Those that fit a head for every fold at once, on what a frozen network says of the images. The others are raced
against these alone, which are done first and never stopped: so what is stopped does not depend on who else is done."""

ON_REQUEST = ("compact", "application", "own", "question")
"""Those that are tried only where they are asked for: by a budget, by the name of a backbone, or as a warning."""


def load(name: str) -> Strategy:
    """Return a strategy by its name; raises `TrainingError` for an unknown one."""
    if name not in STRATEGIES:
        raise TrainingError(f"There is no strategy named {name}; there are {', '.join(STRATEGIES)}.")
    with loading():
        strategy: Strategy = import_module(f"training.strategies.{name}")
    return strategy


def load_maker(candidate: str) -> Strategy:
    """Return the strategy that made a candidate, whose name begins with the strategy's: `pretrained-small`."""
    return load(maker(candidate))


def maker(candidate: str) -> str:
    """Return the name of the strategy that made a candidate."""
    return candidate.split("-")[0]
