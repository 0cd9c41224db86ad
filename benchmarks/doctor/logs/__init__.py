"""Compares what the doctor reads with what the runs of real libraries know: `python -m benchmarks.doctor.logs`."""
