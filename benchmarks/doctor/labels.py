"""From the facts about a run to its labels: what is clear, and what is a grey zone."""

from __future__ import annotations

import numpy as np

from benchmarks.doctor.confirm import Truth

GREY = ("overfitting", "underfitting", "oscillating", "flat_training", "constant_validation")


def label(truth: Truth) -> tuple[list[str], list[str]]:
    """Return (labels, tolerated); no label at all means that the run lies in a grey zone and is left out."""
    found: dict[str, bool] = {}  # True: clear; False: grey
    if _diverged(truth, found):
        pass
    elif truth.plan.wrong_labels >= 0.15 and not _stuck(truth, found):
        found["label_noise"] = _mostly_wrong_labels(truth)
        _learning(truth, found)
    elif not _stuck(truth, found):
        if truth.plan.wrong_labels >= 0.06:
            found["label_noise"] = False
        _learning(truth, found)
    labels = [name for name, clear in found.items() if clear]
    tolerated = [name for name, clear in found.items() if not clear]
    if not labels and not tolerated and _good(truth):
        labels = ["healthy"]
    if labels and truth.plan.n_val <= 10:
        labels.append("too_small_validation")
    elif truth.plan.n_val <= 21:
        tolerated.append("too_small_validation")
    return labels, tolerated


def _grade(found: dict[str, bool], name: str, value: float, grey: float, clear: float) -> bool:
    """Enter `name` as clear or grey by where `value` lies; tell whether it is clear."""
    if value >= grey:
        found[name] = bool(value >= clear)
    return value >= clear


def _diverged(truth: Truth, found: dict[str, bool]) -> bool:
    loss = truth.loss
    if not np.isfinite(loss).all() or not np.isfinite(truth.run.seen["val_loss"]).all():
        found.update(dict.fromkeys(GREY, False), diverged=True)
        return True
    clean = float(np.median(truth.run.clean_loss[len(loss) // 2 :])) / truth.guess
    growing = loss[-1] > 2 * loss[0] and loss[-1] > 3 * truth.guess
    still = np.ptp(truth.run.seen["val_loss"]) < 1e-5
    stays = float(np.median(truth.late)) / truth.guess > 3 and clean > 1.3
    of_classes = truth.plan.settings.head in ("binary", "classes")  # elsewhere a sound run may start far above guessing
    if growing or (of_classes and stays and not still and clean > 3):
        found.update(dict.fromkeys(GREY, False), diverged=True)
        steps = np.sign(np.diff(truth.late))
        back_and_forth = np.mean(steps[1:] != steps[:-1]) > 0.35 if len(steps) > 2 else False
        found["oscillating"] = bool(back_and_forth and truth.swing * truth.guess > 0.15 * np.median(truth.late))
        return True
    high = float(np.median(truth.late)) / truth.guess > 3  # a penalty on weights that exploded is no sound loss either
    if of_classes and (clean > 1.4 or high):
        found["diverged"] = False
    return False


def _stuck(truth: Truth, found: dict[str, bool]) -> bool:
    """Label runs in which the network learns nothing; tell whether this is one."""
    seen, plan = truth.run.seen, truth.plan
    val = np.array(seen["val_loss"])
    exact = float(np.ptp(val)) < 1e-5
    moved = float(np.ptp(val[len(val) // 5 :])) / truth.guess
    constant_output = truth.outputs < 0.02
    at_chance = truth.end(truth.run.test_accuracy) - truth.common < 0.05
    same_answers = float(np.ptp(truth.run.test_loss)) < 1e-5
    solved = truth.end(truth.run.clean_accuracy) > 0.95 and truth.end(truth.run.test_accuracy) > 0.95
    frozen = exact and not plan.stale and (at_chance or same_answers) and not solved
    if truth.common > 0.8 and truth.rare_answers < 0.01 and not frozen:
        found["imbalance_collapse"] = True
        found["underfitting"] = False
        if moved < 0.06:
            found.update(flat_training=False, constant_validation=False)
        return True
    if frozen or (exact and plan.stale):
        found["constant_validation"] = True
    elif constant_output and at_chance:
        _grade(found, "constant_validation", 0.1 - moved, 0.02, 0.06)
    if not frozen and not (at_chance and (constant_output or truth.fall < 0.1)):
        return False
    if not frozen and truth.fall > max(0.02, 4 * truth.swing):
        found.pop("constant_validation", None)
        if np.ptp(truth.late) < 0.05 * truth.guess and abs(float(np.median(truth.late)) / truth.guess - 1) < 0.05:
            found["flat_training"] = False  # it came down to guessing and stays: which of the two is a matter of words
        return False  # small, and steady: it is on its way, and more epochs show how far
    level = abs(float(np.median(truth.late)) / truth.guess - 1)
    if truth.plan.settings.head not in ("binary", "classes"):
        level = 0.0  # what guessing costs is not known there: a loss that does not move is flat at any level
    still = truth.swing < 0.025 and truth.fall < 0.08 and level < 0.3
    if still:
        found["flat_training"] = True
    elif truth.swing < 0.05 and truth.fall < 0.12 and level < 0.4:
        found["flat_training"] = False
    if "flat_training" in found and moved < 0.08:
        found.setdefault("constant_validation", False)
    if truth.fall < max(0.1, 2 * truth.swing):
        _grade(found, "oscillating", truth.swing, 0.025, 0.05)
    capacity = not frozen and truth.sane_accuracy - truth.common < 0.08 and truth.reference[0] - truth.common > 0.12
    found["underfitting"] = bool(capacity)
    return True


def _learning(truth: Truth, found: dict[str, bool]) -> None:
    """Label a run in which something is learned."""
    swings = _swings(truth, found)
    # Of many classes, or of a loss without right and wrong answers, a tenth more or less is no clear difference.
    clear, grey = {"binary": (0.09, 0.5), "classes": (0.15, 0.4)}.get(truth.plan.settings.head, (0.3, 0.2))
    overfits = _grade(found, "overfitting", max(truth.gap / clear, truth.rise / 0.25), grey, 1.0)
    if overfits and not _shows(truth):
        found["overfitting"] = False
    if truth.plan.shift.kind != "none":
        _grade(found, "distribution_shift", truth.shifted_loss_of_accuracy, 0.04, 0.1)
    if truth.plan.wrong_labels:
        found.setdefault("underfitting", False)
    loss_gain, accuracy_gain = truth.gain
    if swings:
        found["underfitting"] = False
        return
    unfinished = not overfits and (loss_gain > 0.3 or (loss_gain > 0.12 and accuracy_gain > 0.02))
    if unfinished:
        found["undertrained"] = True
    elif not overfits and (loss_gain > 0.12 or (loss_gain > 0.06 and accuracy_gain > 0.02)):
        found["undertrained"] = False
    if not overfits and not unfinished and not truth.plan.wrong_labels:
        accuracy, loss = truth.reference
        missing = accuracy - truth.end(truth.run.test_accuracy[: len(truth.loss)])
        costly = (truth.end(truth.run.clean_loss[: len(truth.loss)]) - loss) / truth.guess
        _grade(found, "underfitting", max(missing / 0.08, costly / 0.5), 0.55, 1.0)


def _mostly_wrong_labels(truth: Truth) -> bool:
    """Tell whether wrong labels are much of what is wrong: of many classes, most errors may have another reason."""
    if truth.plan.settings.head != "classes":
        return True
    right = truth.run.test_accuracy[: len(truth.loss)]
    best = max(float(np.median(right[max(0, row - 1) : row + 2])) for row in range(len(right)))
    return truth.plan.wrong_labels >= 0.4 * (1 - best)


def _shows(truth: Truth) -> bool:
    """Tell whether anything in the recorded curves is worse on validation than in training.

    Dropout, noise and penalties can lift the training loss above that on fresh rows, whatever was learned by heart;
    and validation by another network says nothing of this one.
    """
    seen = truth.run.seen
    loss, val_loss = np.array(seen["loss"][: len(truth.loss)]), np.array(seen["val_loss"][: len(truth.loss)])
    behind = truth.end(list(val_loss)) - truth.end(list(loss)) > 0.05 * truth.guess
    rose = truth.end(list(val_loss)) - float(np.min(val_loss)) > 0.1 * truth.guess
    less = truth.end(seen["accuracy"][: len(loss)]) - truth.end(seen["val_accuracy"][: len(loss)]) > 0.04
    return bool(not truth.plan.stale and (behind or rose or less))


def _swings(truth: Truth, found: dict[str, bool]) -> bool:
    relative = truth.swing * truth.guess / max(float(np.median(truth.late)), 1e-9)
    if truth.swing < 0.035 or relative < 0.08:
        return False
    slower = np.array(truth.slower.seen["loss"])
    late = slower[len(slower) // 2 :]
    calm = float(np.sqrt(np.mean(np.diff(late) ** 2) / 2)) / truth.guess
    as_good = float(np.median(late)) < float(np.median(truth.late)) * 1.1
    clear = truth.swing > 0.08 and relative > 0.12 and calm < 0.4 * truth.swing and as_good
    if clear or calm < 0.7 * truth.swing:
        found["oscillating"] = clear
    return clear


def _good(truth: Truth) -> bool:
    accuracy = truth.end(truth.run.test_accuracy[: len(truth.loss)])
    return accuracy > truth.reference[0] - 0.05 and (accuracy - truth.common > 0.08 or truth.rare_answers > 0.04)
