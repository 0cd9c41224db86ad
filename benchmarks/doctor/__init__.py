"""Makes labelled training runs, fits the doctor's trees to them, and compares the doctor with other systems.

`make_runs` makes runs, `fit` learns from them, `evaluate` judges; each is a command.
"""
