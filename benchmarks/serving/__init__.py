"""How near the service comes to the limit, and how others that one might pick instead compare on the same machine.

`python -m benchmarks.serving` measures by turns the limit (processes that decode and run the network in a loop, with
nothing around it) and the service; `--rivals all` adds plain Flask on gunicorn, FastAPI on uvicorn, LitServe, BentoML,
MLServer and Ray Serve, each in an environment of its own that is made from `rivals/NAME/requirements.txt`. All have two
workers and the same JPEGs. The rivals serve what an expert would deploy, EfficientNet-Lite0 at 224 pixels in float32
with a linear head (`expert`), or with `--same-network` the very file that the service serves; each must give the
probability that its network gives in a loop before it is measured.

Everything runs once in each round, so that what else the machine does weighs on all alike; the medians over the rounds
make the table. On a machine that others use too, processor time is the one to read: what the limit needs for an image
over what a server's processes need for an answer.
"""
