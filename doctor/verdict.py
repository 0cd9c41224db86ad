"""One plain sentence for somebody who has never read a loss curve."""

from __future__ import annotations

from doctor.findings import Finding

_PLAIN = {
    "healthy": "Training went well",
    "overfitting": "The model has learned its training examples by heart and does worse on new ones",
    "underfitting": "The model is not able to learn even its training examples",
    "undertrained": "Training stopped too early: the model was still getting better",
    "oscillating": "Training jumps back and forth instead of settling",
    "diverged": "Training went out of control: the numbers exploded",
    "flat_training": "The model learned nothing: its training loss stays where it began",
    "constant_validation": "The validation result never changes, so what is learned does not reach it",
    "imbalance_collapse": "The model always answers the more common class",
    "distribution_shift": "The validation examples are of another kind than the training examples",
    "label_noise": "Many of the labels are probably wrong",
    "validation_not_measured": "Validation was never measured, so nothing is known of new examples",
    "validation_is_training": "Validation is measured on the training examples, so nothing is known of new ones",
    "unlearned": "The model had learned and lost it again",
    "inference_differs": "The model works in training and not in inference",
    "one_class_answered": "The model gives one answer for everything",
    "loss_of_probabilities": "The loss is computed on probabilities, so it cannot come down to nothing",
    "minus_probability": "The loss is minus a probability: it was given probabilities in place of their logarithms",
    "moving_target": "This loss says nothing of how good the model is: its aim moves with the model",
    "negative_loss": "The loss is negative and the model does not get better: the labels are not what it expects",
    "validation_scaled_otherwise": "Validation is mostly right at a huge loss: it seems to be prepared otherwise",
    "unshuffled_split": "Validation seems to hold one class only, so it says nothing of new examples",
    "data_ran_out": "Some epochs had no data left to train on",
    "cannot_tell": "The doctor knows no curve like this one",
}
_CONTRADICTION = "Loss and accuracy contradict each other, so one of them is not what it seems"
_YET = "Training went well by its loss, which does not agree with its accuracy"
_SHORT = "This curve is too short to tell anything"
_SELDOM = "The training loss was logged too seldom to tell"
_HIGH = "The loss stays far above what guessing would cost"
_ROSE = "The loss rose, and stayed far too high"
_ENORMOUS = "The loss is enormous: the numbers exploded"
_FIXED = "The output cannot vary: the model gives one and the same answer for everything"
_ONE_ANSWER = "The validation result stands still, as where a model gives one answer for everything"
_NO_LEARNING = "The validation result never changes, and nothing is learned in training either"
_TOO_SLOW = "Neither loss moves much: training goes in steps that are far too small"
_NEVER = "The loss is no number from the first epoch on, so nothing was learned"
_BROKE = "The model had learned until the loss became infinite or not a number"
_NO_NUMBER = "Training went out of control: the loss became infinite or not a number"
_OTHER_CLASSES = "Validation does worse than guessing, as where it holds other classes than training"
_ONLY_RISES = "Validation was best well before the end and has become worse since"
_BETTER = "The model does better on the examples it trained on than on new ones"
_TELLS_NOTHING = "What is learned in training tells nothing of validation: there the model only guesses"
_GUESSES = "The model learned nothing: its answers are no better than guessing"
_KINDS = {
    "came_to_guessing": _GUESSES,
    "fixed_output": _FIXED,
    "one_answer": _ONE_ANSWER,
    "dead_units": _ONE_ANSWER,
    "saturated_outputs": _ONE_ANSWER,
    "no_learning": _NO_LEARNING,
    "too_slow": _TOO_SLOW,
    "never_a_number": _NEVER,
    "broke": _BROKE,
    "no_number": _NO_NUMBER,
    "other_classes": _OTHER_CLASSES,
    "only_rises": _ONLY_RISES,
    "gap": _BETTER,
    "guesses": _TELLS_NOTHING,
    "too_short": _SHORT,
    "seldom_logged": _SELDOM,
    "stays_high": _HIGH,
    "rose": _ROSE,
    "enormous": _ENORMOUS,
}
_BESIDE_NOTHING_LEARNED = {"constant_validation": "The validation result does not change either", "underfitting": ""}
"""What is said, or left out, beside a model that learned nothing."""
_FEW = "with so few validation examples, its figures are only a hint"


def sentence(findings: tuple[Finding, ...]) -> str:
    """Join the judged findings, most severe first, and the caveat of a tiny validation set."""
    names = [finding.symptom for finding in findings]
    plain = _PLAIN | (_BESIDE_NOTHING_LEARNED if "flat_training" in names else {})
    if not set(plain) & set(names):
        plain = {"loss_contradicts_accuracy": _CONTRADICTION}
    elif "healthy" in names and "loss_contradicts_accuracy" in names:
        plain |= {"loss_contradicts_accuracy": _YET, "healthy": ""}
    told = [(finding, name) for finding, name in zip(findings, names, strict=True) if plain.get(name)]
    said = [_KINDS.get(finding.kind or "", plain[name]) for finding, name in told][:3]
    text = said[0] + "".join(f"; {part[0].lower()}{part[1:]}" for part in said[1:])
    if "too_small_validation" in names:
        text = f"{text}; {_FEW}"
    return f"{text}."
