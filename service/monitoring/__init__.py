"""What an operator sees: Prometheus metrics, a drift signal, and logs with request ids.

Public surface: `metrics.Metrics`, `drift.Drift`, `logs.configuration`, `requests.register`.
"""
