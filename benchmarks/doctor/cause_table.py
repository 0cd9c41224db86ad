"""The causes, by name. Ranges are wide on purpose; `confirm` says what each run turned out to be."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.doctor.causes import Cause, Rng, base, change, curved, easy, hard, spread, whole
from benchmarks.doctor.healthy_causes import (
    healthy,
    healthy_bayes_limited,
    healthy_bn,
    healthy_converged,
    healthy_convex,
    healthy_early_stop,
    healthy_imbalanced,
    healthy_noisy,
    healthy_tiny,
    healthy_val_below_train,
)
from benchmarks.doctor.plans import Plan, Shift


def tiny_val(rng: Rng) -> Plan:
    return replace(base(rng, "tiny_val"), n_val=int(rng.integers(3, 11)))


def imbalance_collapse(rng: Rng) -> Plan:
    plan = base(rng, "imbalance_collapse", hard(rng))
    plan = replace(plan, rare_share=rng.uniform(0.02, 0.13), n_train=min(plan.n_train, 300), epochs=whole(rng, 8, 50))
    rate = spread(rng, 0.01, 0.6) * plan.settings.learning_rate
    return change(plan, learning_rate=rate, l2=float(rng.choice([0, 0, 1e-3, 0.03, 0.1])), hidden=(whole(rng, 2, 24),))


def label_noise(rng: Rng) -> Plan:
    plan = base(rng, "label_noise")
    plan = replace(plan, wrong_labels=rng.uniform(0.15, 0.42), wrong_validation_labels=bool(rng.random() < 0.7))
    return change(plan, hidden=(whole(rng, 2, 24),), l2=float(rng.choice([0, 1e-4, 1e-3, 1e-2])))


def label_noise_memorised(rng: Rng) -> Plan:
    plan = base(rng, "label_noise_memorised")
    plan = replace(plan, wrong_labels=rng.uniform(0.15, 0.4), wrong_validation_labels=bool(rng.random() < 0.6))
    return change(replace(plan, n_train=min(plan.n_train, 200), epochs=whole(rng, 30, 90)), hidden=(64, 32))


def lr_too_high(rng: Rng) -> Plan:
    plan = base(rng, "lr_too_high")
    factor = spread(rng, 8, 200)
    return change(plan, learning_rate=plan.settings.learning_rate * factor)


def lr_swinging(rng: Rng) -> Plan:
    plan = base(rng, "lr_swinging", hard(rng) if rng.random() < 0.5 else easy(rng))
    return change(plan, learning_rate=plan.settings.learning_rate * spread(rng, 4, 40))


def lr_too_low(rng: Rng) -> Plan:
    plan = base(rng, "lr_too_low")
    return change(plan, learning_rate=plan.settings.learning_rate * spread(rng, 2e-3, 0.1))


def few_epochs(rng: Rng) -> Plan:
    plan = base(rng, "few_epochs", hard(rng) if rng.random() < 0.4 else easy(rng))
    plan = replace(plan, epochs=whole(rng, 4, 16))
    return change(plan, learning_rate=plan.settings.learning_rate * spread(rng, 0.05, 0.5))


def overfit(rng: Rng) -> Plan:
    plan = base(rng, "overfit", hard(rng))
    plan = replace(plan, n_train=min(whole(rng, 40, 200), plan.n_train), epochs=whole(rng, 25, 100))
    return change(plan, hidden=(whole(rng, 32, 128),) * int(rng.integers(1, 3)), dropout=0.0, l2=0.0, noise=0.0)


def overfit_tiny(rng: Rng) -> Plan:
    plan = overfit(rng)
    return replace(plan, cause="overfit_tiny", n_train=whole(rng, 16, 45), n_val=int(rng.integers(4, 16)))


def distribution_shift(rng: Rng) -> Plan:
    kind = str(rng.choice(["offset", "noise", "scale", "mixed", "lost"], p=[0.3, 0.2, 0.1, 0.25, 0.15]))
    strength = {"offset": spread(rng, 0.5, 3), "noise": spread(rng, 1.0, 5), "scale": spread(rng, 1, 8)}
    fallback = rng.uniform(0.35, 0.85)
    plan = replace(base(rng, "distribution_shift"), shift=Shift(kind, strength.get(kind, fallback)))
    return replace(plan, n_val=max(plan.n_val, 16)) if plan.problem.most > 300 else plan


def saturated_one_class(rng: Rng) -> Plan:
    plan = base(rng, "saturated_one_class", hard(rng))
    n_train = whole(rng, 20, 200)
    rows = int(n_train * rng.uniform(0.4, 1.0)) if rng.random() < 0.8 else None
    plan = replace(plan, n_train=min(n_train, plan.n_train), epochs=whole(rng, 10, 40))
    bias = rng.choice([-1, 1]) * spread(rng, 40, 200)
    return change(plan, output_bias=float(bias), clipped_loss=True, rows_per_epoch=rows)


def frozen_weights(rng: Rng) -> Plan:
    plan = replace(base(rng, "frozen_weights", hard(rng)), n_train=whole(rng, 20, 220))
    rows = int(plan.n_train * rng.uniform(0.5, 1.0)) if rng.random() < 0.55 else None
    if rng.random() < 0.5:
        plan = change(plan, learning_rate=spread(rng, 1e-14, 1e-9))
    else:
        plan = change(plan, trainable=False)
    return change(
        plan, rows_per_epoch=rows, dropout=float(rng.choice([0, 0.2, 0.5])), noise=float(rng.choice([0, 0.3]))
    )


def stale_validation_model(rng: Rng) -> Plan:
    return replace(base(rng, "stale_validation_model", hard(rng) if rng.random() < 0.3 else easy(rng)), stale=True)


def underfit_capacity(rng: Rng) -> Plan:
    plan = replace(base(rng, "underfit_capacity", curved(rng)), n_train=whole(rng, 150, 480), epochs=whole(rng, 25, 70))
    return change(plan, hidden=() if rng.random() < 0.5 else (int(rng.integers(1, 3)),), dropout=0.0)


def underfit_reg(rng: Rng) -> Plan:
    plan = replace(base(rng, "underfit_reg"), epochs=whole(rng, 20, 70))
    if rng.random() < 0.75:
        return change(plan, l2=spread(rng, 0.03, 3.0))
    return change(plan, dropout=rng.uniform(0.75, 0.93), hidden=(whole(rng, 4, 16), whole(rng, 4, 12)))


def dead_relu(rng: Rng) -> Plan:
    plan = base(rng, "dead_relu")
    return change(plan, activation="relu", hidden_bias=-spread(rng, 4, 60), batch_norm=None)


def vanishing(rng: Rng) -> Plan:
    plan = replace(base(rng, "vanishing", hard(rng)), input_scale=spread(rng, 1, 100))
    depth = int(rng.integers(4, 8))
    return change(plan, activation="tanh", hidden=(whole(rng, 2, 6),) * depth, optimizer="sgd", learning_rate=0.003)


def diverged_lr(rng: Rng) -> Plan:
    plan = base(rng, "diverged_lr")
    optimizer = str(rng.choice(["sgd", "sgd_momentum", "adam"], p=[0.4, 0.4, 0.2]))
    return change(plan, optimizer=optimizer, learning_rate=spread(rng, 1, 30), clipped_loss=bool(rng.random() < 0.15))


def diverged_unscaled(rng: Rng) -> Plan:
    plan = replace(base(rng, "diverged_unscaled"), input_scale=spread(rng, 50, 1000), epochs=whole(rng, 8, 40))
    optimizer = str(rng.choice(["sgd", "sgd_momentum", "sgd"]))
    return change(
        plan, optimizer=optimizer, learning_rate=spread(rng, 0.03, 0.5), clipped_loss=bool(rng.random() < 0.15)
    )


def diverged_l2_unstable(rng: Rng) -> Plan:
    plan = base(rng, "diverged_l2_unstable")
    rate = spread(rng, 0.05, 0.5)
    # The penalty's own step multiplies each weight by 1 - 2 l2 rate: beyond -1 it grows.
    l2 = rng.uniform(0.95, 1.25) / rate
    return change(plan, optimizer="sgd", learning_rate=rate, l2=l2, hidden=(whole(rng, 2, 24),), batch_size=32)


def wild(rng: Rng) -> Plan:
    plan = base(rng, "wild", hard(rng) if rng.random() < 0.5 else easy(rng))
    plan = replace(plan, n_train=whole(rng, 20, 480) if plan.problem.most > 10**6 else plan.n_train)
    rate = plan.settings.learning_rate * spread(rng, 0.02, 30)
    plan = change(plan, learning_rate=rate, hidden=(whole(rng, 1, 100),), l2=float(rng.choice([0, 1e-4, 1e-2])))
    return replace(plan, epochs=whole(rng, 6, 90), rare_share=float(rng.choice([0.5, 0.5, 0.3, 0.15])))


CAUSES: dict[str, tuple[Cause, float]] = {
    make.__name__: (make, weight)
    for make, weight in (
        (healthy, 2.0),
        (healthy_bayes_limited, 1.6),
        (healthy_bn, 1.0),
        (healthy_converged, 1.0),
        (healthy_early_stop, 1.0),
        (healthy_imbalanced, 1.2),
        (healthy_noisy, 1.2),
        (healthy_tiny, 1.2),
        (healthy_val_below_train, 1.0),
        (tiny_val, 1.0),
        (imbalance_collapse, 2.6),
        (label_noise, 2.4),
        (label_noise_memorised, 0.6),
        (lr_too_high, 1.8),
        (lr_swinging, 1.6),
        (lr_too_low, 1.8),
        (few_epochs, 1.2),
        (overfit, 2.2),
        (overfit_tiny, 1.2),
        (distribution_shift, 4.0),
        (saturated_one_class, 0.8),
        (frozen_weights, 1.0),
        (stale_validation_model, 0.8),
        (underfit_capacity, 1.8),
        (underfit_reg, 2.2),
        (dead_relu, 0.8),
        (vanishing, 0.6),
        (diverged_lr, 1.2),
        (diverged_unscaled, 1.0),
        (diverged_l2_unstable, 0.8),
        (wild, 2.0),
        (healthy_convex, 0.0),  # made by name, so that adding it leaves the runs of other seeds as they were
    )
}
"""Name -> how to draw a plan, and how many of such runs are wanted relative to the others."""
