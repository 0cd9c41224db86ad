"""A candidate that was evaluated in another process: its result travels, and its networks stay behind.

Networks are compiled for the process that made them and do not travel well. The one candidate that is chosen is
prepared once more where the model is published; seeds are fixed, so it is the same.
"""

from dataclasses import dataclass, field, fields, replace

from artifact.card import ImageSpec
from training import strategies
from training.problem.interface import Candidate, Evaluation, Fitted, Problem, with_overrides
from training.problem.overrides import Overrides
from training.result import CandidateResult


@dataclass(frozen=True)
class Distant:
    """A candidate by name: of which strategy, and with which overrides it was kept.

    On the way its problem is the one that was packed, whose images cannot be read. With `dataclasses.replace` it is
    evaluated on other splits of the same images, as in the process that prepared it: what was chosen there beforehand
    (a framing, what the label does not depend on) is kept, and prepared once for all of them.

    Attributes:
        home: The problem that it is prepared on, here; None on the way.
        prepared: The candidate itself, once it was needed.
    """

    strategy: str
    name: str
    spec: ImageSpec
    megabytes: float
    work: float
    overrides: Overrides
    problem: Problem
    home: Problem | None = field(default=None, repr=False, compare=False)
    prepared: list[Candidate] = field(default_factory=list, repr=False, compare=False)

    def evaluate(self) -> Evaluation:
        """Evaluate it anew, here."""
        return self._near.evaluate()

    def finish(self) -> Fitted:
        """Prepare it here, and fit it on all rows."""
        return self._near.finish()

    @property
    def _near(self) -> Candidate:
        """The candidate, with whatever its problem differs in from the one at home."""
        near = self.prepare()
        changes = {
            one.name: asked
            for one in fields(Problem)
            if (asked := getattr(self.problem, one.name)) is not getattr(self.home, one.name)
        }
        if not changes:
            return near
        return replace(near, problem=replace(near.problem, **changes))

    def prepare(self) -> Candidate:
        """Return the candidate itself, on the problem at home."""
        if not self.prepared:
            assert self.home is not None, "it is still on its way"
            prepared = strategies.load(self.strategy).candidates(self.home)
            found = next(candidate for candidate in prepared if candidate.name == self.name)
            kept = found.problem.overrides == self.overrides
            self.prepared.append(found if kept else with_overrides(found, self.overrides))
        return self.prepared[0]


def pack(strategy: str, result: CandidateResult, packed: Problem) -> CandidateResult:
    """Return the result as it travels: the candidate by name, with the problem as it was packed."""
    one = result.candidate
    named = Distant(strategy, one.name, one.spec, one.megabytes, one.work, one.problem.overrides, packed)
    return replace(result, mended=replace(result.mended, candidate=named))


def unpack(result: CandidateResult, problem: Problem) -> CandidateResult:
    """Return a result that has travelled, with a candidate that can be finished here."""
    here = replace(result.candidate, problem=problem, home=problem)
    return replace(result, mended=replace(result.mended, candidate=here))
