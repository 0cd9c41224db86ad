"""One plain sentence for somebody who has never read a loss curve."""

from __future__ import annotations

from doctor.findings import Finding

_PLAIN = {
    "healthy": "Training went well",
    "overfitting": "The model has learned its training images by heart and does worse on new ones",
    "underfitting": "The model is not able to learn even its training images",
    "undertrained": "Training stopped too early: the model was still getting better",
    "oscillating": "Training jumps back and forth instead of settling",
    "diverged": "Training went out of control: the numbers exploded",
    "flat_training": "The model learned nothing: it does no better than guessing",
    "constant_validation": "The validation result never changes, so what is learned does not reach it",
    "imbalance_collapse": "The model always answers the more common class",
    "distribution_shift": "The validation images are of another kind than the training images",
    "label_noise": "Many of the labels are probably wrong",
    "cannot_tell": "This curve is too short to tell anything",
}
_FEW = "with so few validation images, its figures are only a hint"


def sentence(findings: tuple[Finding, ...]) -> str:
    """Join the judged findings, most severe first, and the caveat of a tiny validation set."""
    names = [finding.symptom for finding in findings]
    said = [_PLAIN[name] for name in names if name in _PLAIN][:3]
    text = said[0] + "".join(f"; {part[0].lower()}{part[1:]}" for part in said[1:])
    if "too_small_validation" in names:
        text = f"{text}; {_FEW}"
    return f"{text}."
