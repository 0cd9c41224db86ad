"""Other systems that judge training runs, for comparison."""

from collections.abc import Callable
from typing import Any

from benchmarks.doctor.rivals import autotrainer, deepdiagnosis, sagemaker
from benchmarks.doctor.rivals.curves import Verdict

RULES: dict[str, Callable[[dict[str, Any]], list[Verdict]]] = {
    "AutoTrainer (rules on curves)": autotrainer.verdicts,
    "SageMaker Debugger (rules on curves)": sagemaker.verdicts,
    "DeepDiagnosis (symptoms on curves)": deepdiagnosis.verdicts,
}
INSTALLED = {"trainproof": "trainproof 0.22.0", "training_doctor": "training-doctor 0.1.0"}
