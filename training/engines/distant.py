"""A candidate that was evaluated in another process: its result travels, and its networks stay behind.

Networks are compiled for the process that made them and do not travel well. The one candidate that is chosen is
prepared once more where the model is published; seeds are fixed, so it is the same.
"""

from dataclasses import dataclass, replace
from functools import cached_property

from artifact.card import ImageSpec
from training import strategies
from training.problem.interface import Candidate, Evaluation, Fitted, Problem, with_overrides
from training.problem.overrides import Overrides
from training.result import CandidateResult


@dataclass(frozen=True)
class Distant:
    """A candidate by name: of which strategy, and with which overrides it was kept.

    On the way its problem is the one that was packed, whose images cannot be read.
    """

    strategy: str
    name: str
    spec: ImageSpec
    megabytes: float
    overrides: Overrides
    problem: Problem

    def evaluate(self) -> Evaluation:
        """Evaluate it anew, here."""
        return self._near.evaluate()

    def finish(self) -> Fitted:
        """Prepare it here, and fit it on all rows."""
        return self._near.finish()

    @cached_property
    def _near(self) -> Candidate:
        prepared = strategies.load(self.strategy).candidates(self.problem)
        found = next(candidate for candidate in prepared if candidate.name == self.name)
        return found if found.problem.overrides == self.overrides else with_overrides(found, self.overrides)


def pack(strategy: str, result: CandidateResult, packed: Problem) -> CandidateResult:
    """Return the result as it travels: the candidate by name, with the problem as it was packed."""
    one = result.candidate
    named = Distant(strategy, one.name, one.spec, one.megabytes, one.problem.overrides, packed)
    return replace(result, mended=replace(result.mended, candidate=named))


def unpack(result: CandidateResult, problem: Problem) -> CandidateResult:
    """Return a result that has travelled, with a candidate that can be finished here."""
    here: Candidate = replace(result.candidate, problem=problem)  # type: ignore[type-var]  # see Candidate
    return replace(result, mended=replace(result.mended, candidate=here))
