"""The causes of healthy runs: plain ones, and those that look ill and are not."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.doctor import problems
from benchmarks.doctor.causes import Rng, base, change, easy, spread, whole
from benchmarks.doctor.plans import Plan


def healthy(rng: Rng) -> Plan:
    return base(rng, "healthy")


def healthy_bayes_limited(rng: Rng) -> Plan:
    problem = problems.blobs(rng, rng.uniform(1.6, 3.0)) if rng.random() < 0.7 else problems.teacher(rng, 4.0)
    plan = replace(base(rng, "healthy_bayes_limited", problem), n_train=whole(rng, 250, 600), n_val=whole(rng, 40, 200))
    return change(plan, hidden=(whole(rng, 2, 12),), l2=float(rng.choice([0, 1e-3])))


def healthy_bn(rng: Rng) -> Plan:
    plan = base(rng, "healthy_bn")
    return change(plan, batch_norm=float(rng.choice([0.9, 0.99, 0.8])), batch_size=int(rng.choice([16, 32])))


def healthy_convex(rng: Rng) -> Plan:
    """Draw a linear head on features, trained on all rows at once at the high rates at which that goes well."""
    n_train, n_val = whole(rng, 20, 90), whole(rng, 5, 40)
    plan = base(rng, "healthy_convex", problems.embedded(rng, rng.uniform(3.5, 16.0)))
    plan = replace(plan, n_train=n_train, n_val=n_val, epochs=whole(rng, 40, 80), rare_share=rng.uniform(0.3, 0.5))
    passes = int(rng.choice([1, 3, 10]))
    descent = {"optimizer": "adam", "learning_rate": spread(rng, 0.02, 0.3)}
    if rng.random() < 0.75:
        descent = {"optimizer": "sgd_momentum", "learning_rate": spread(rng, 0.4, 2.0), "nesterov": True}
    return change(
        plan,
        hidden=(),
        dropout=0.0,
        noise=0.0,
        l2=spread(rng, 1e-4, 0.02),
        batch_size=n_train,
        passes=passes,
        decay_steps=plan.epochs * passes,
        **descent,
    )


def healthy_converged(rng: Rng) -> Plan:
    plan = replace(base(rng, "healthy_converged"), epochs=whole(rng, 60, 110))
    return change(plan, hidden=(whole(rng, 2, 16),), l2=float(rng.choice([0, 1e-3, 3e-3])))


def healthy_early_stop(rng: Rng) -> Plan:
    return replace(base(rng, "healthy_early_stop"), epochs=90, patience=int(rng.integers(3, 9)))


def healthy_imbalanced(rng: Rng) -> Plan:
    plan = base(rng, "healthy_imbalanced", easy(rng))
    return replace(plan, rare_share=rng.uniform(0.08, 0.3), n_train=min(plan.n_train, int(plan.problem.most * 0.3)))


def healthy_noisy(rng: Rng) -> Plan:
    plan = base(rng, "healthy_noisy")
    noise = float(rng.choice([0.0, 0.3, 0.6]))
    return change(plan, batch_size=int(rng.choice([1, 2, 4, 4])), dropout=float(rng.uniform(0.1, 0.5)), noise=noise)


def healthy_tiny(rng: Rng) -> Plan:
    plan = base(rng, "healthy_tiny", problems.blobs(rng, rng.uniform(4.5, 9.0)) if rng.random() < 0.6 else easy(rng))
    return replace(plan, n_train=whole(rng, 16, 45), n_val=int(rng.integers(4, 11)), epochs=whole(rng, 15, 60))


def healthy_val_below_train(rng: Rng) -> Plan:
    return change(base(rng, "healthy_val_below_train"), dropout=rng.uniform(0.3, 0.65), noise=rng.uniform(0, 0.6))
