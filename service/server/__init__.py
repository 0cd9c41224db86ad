"""Run the service: the command line, gunicorn's configuration, and what each worker process starts.

Public surface: `commands.main`, `worker_app.make`.
"""
