"""What came of one candidate: one record from the engine that tried it to the report."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from training.diagnosis.mending import Attempt, Mended
from training.evaluation.choosing import Scored
from training.problem.interface import Candidate, Evaluation


@dataclass(frozen=True)
class CandidateResult:
    """One candidate, as it was tried, scored and priced.

    Attributes:
        mended: The candidate as it is kept, and the attempts that the doctor asked for.
        scored: Its calibrated out-of-fold logits; each fold is calibrated on the others.
        seconds: What it took to evaluate.
        cost: What it costs to serve, where that was asked for: `megabytes` and `milliseconds`, infinite where it could
            not be finished, and `within_budget`.
    """

    mended: Mended
    scored: Scored
    seconds: float
    cost: Mapping[str, float] = field(default_factory=dict)

    @property
    def candidate(self) -> Candidate:
        """The candidate as it is kept."""
        return self.mended.candidate

    @property
    def evaluation(self) -> Evaluation:
        """Its out-of-fold result, as it came from the folds."""
        return self.mended.evaluation

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """Every time that it was trained."""
        return self.mended.attempts

    @property
    def name(self) -> str:
        """The candidate's name."""
        return self.scored.name
