"""How near the service comes to the limit, and how others that one might pick instead compare on the same machine.

`python -m benchmarks.serving` measures by turns the limit (processes that decode and run the network in a loop, with
nothing around it) and the service; `--rivals all` adds plain Flask on gunicorn, FastAPI on uvicorn, LitServe, BentoML,
MLServer and Ray Serve, each in an environment of its own that is made from `rivals/NAME/requirements.txt`. All have two
workers, the same network file and the same JPEGs, and all must give the same probability before they are measured.

Everything runs once in each round, so that what else the machine does weighs on all alike; the medians over the rounds
make the table. On a machine that others use too, processor time is the one to read: what the limit needs for an image
over what a server's processes need for an answer.
"""
