"""Run published models: choose where, load and check them, keep the current one, and explain an answer.

Public surface: `providers.open_session`, `model.load`, `registry.Registry`, `heatmap.render`.
"""
