"""`--find-learning-rate`: run the range test of the strategies that train a network, and say which rate to use."""

from rich.console import Console

from training import strategies
from training.errors import TrainingError
from training.fitting.network_candidate import NetworkCandidate
from training.fitting.range_test import RangeTest
from training.gathering import gather
from training.pipeline import make_problem
from training.progress import Stages
from training.settings import Settings

LINES = 16
BAR = 40


def find_learning_rate(settings: Settings, stages: Stages) -> None:
    """Print the range test of every strategy asked for that has one; nothing is published.

    Raises:
        TrainingError: None of the strategies has a learning rate to look for.
    """
    gathered = gather(settings, stages)
    tested = []
    for name in settings.strategies:
        if name == "application":  # it trains no network, and may have to be downloaded
            continue
        for candidate in strategies.load(name).candidates(make_problem(settings, gathered)):
            if isinstance(candidate, NetworkCandidate):
                with stages.stage(f"Testing learning rates for {candidate.name}"):
                    tested.append((candidate.name, candidate.find_learning_rate()))
    if not tested:
        raise TrainingError(
            f"{', '.join(settings.strategies)} trains no whole network, so there is no rate to look for. Name one that "
            "does: --strategy mnist, scratch or question."
        )
    for name, found in tested:
        _show(name, found)


def _show(name: str, found: RangeTest) -> None:
    """Print the loss at growing rates as bars, and the suggestion."""
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"\n{name}: running mean of the loss while the learning rate grows", style="bold")
    stride = max(1, len(found.rates) // LINES)
    most = float(found.losses.max())
    for rate, loss in zip(found.rates[::stride], found.losses[::stride], strict=True):
        console.print(f"{rate:10.2e}  {'#' * round(BAR * loss / most):<{BAR}}  {loss:.3f}", markup=False)
    if found.suggested is None:
        console.print("The loss fell at no rate: no learning rate helps this network on these images.")
    else:
        console.print(f"Suggested: --strategy {name} --learning-rate {found.suggested:.2g}")
