"""Ray Serve with two replicas of one core each.  `app.py PORT`."""

import sys

import ray
from ray import serve
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from benchmarks.serving.rivals.classifier import Classifier as Model


class Classifier:
    """One model in each replica."""

    def __init__(self) -> None:
        """Open the model."""
        self.model = Model()

    async def __call__(self, request: Request) -> dict[str, object]:
        """Answer for the image file in the body."""
        return await run_in_threadpool(self.model.predict, await request.body())


if __name__ == "__main__":
    ray.init("local", num_cpus=2, include_dashboard=False, log_to_driver=False)
    serve.start(http_options={"host": "127.0.0.1", "port": int(sys.argv[1])})
    deploy = serve.deployment(num_replicas=2, ray_actor_options={"num_cpus": 1}, max_ongoing_requests=8)
    serve.run(deploy(Classifier).bind(), route_prefix="/predict", blocking=True)
