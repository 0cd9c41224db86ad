"""How good a model is, and how far that can be said: splits, scores, intervals, choice, calibration, decision rules.

Nothing here knows of networks or files: arrays of scores, labels and groups come in, numbers with intervals go out.
"""
