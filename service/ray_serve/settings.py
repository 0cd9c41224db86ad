"""The settings of the service on Ray Serve: those of the service, and how it scales."""

from typing import Literal

from pydantic import Field

from service.settings import Settings, usable_cores

SPARE = 8
"""Requests that a replica takes beyond those that work; they wait in it, and hear after a while that it is busy."""


class ServeSettings(Settings):
    """The settings of one application; each is the environment variable `SERVICE_` + its name in capitals.

    `workers`, `reload_seconds` and the others keep their meaning where they have one; a replica is what a worker is.
    """

    concurrency: int = Field(default=8, ge=1, le=64, description="Requests that each replica works on at once.")
    min_replicas: int = Field(default=1, ge=1, description="Replicas of the predictor when nothing is asked.")
    max_replicas: int = Field(default_factory=usable_cores, ge=1, description="The most replicas of the predictor.")
    target_requests: float = Field(default=2.0, gt=0, description="Requests in each replica that scaling aims at.")
    upscale_seconds: float = Field(default=5.0, ge=0, description="How long more is asked until a replica is added.")
    downscale_seconds: float = Field(default=300.0, ge=0, description="How long less is, until one is taken away.")
    replica_cpus: float = Field(default=1.0, ge=0, description="Cores that Ray sets aside for each replica.")
    replica_gpus: float = Field(default=0.0, ge=0, description="GPUs that it sets aside; a share where below 1.")
    ingresses: int = Field(default=1, ge=1, description="Replicas that take requests in; at most one on each node.")
    proxies: Literal["EveryNode", "HeadOnly"] = Field(default="EveryNode", description="The nodes that listen.")
    ingress_resource: str | None = Field(default=None, description="A Ray resource of the nodes where they may run.")
    batch_seconds: float = Field(default=0.002, ge=0, description="How long a run waits for images of other requests.")

    @property
    def most_requests(self) -> int:
        """The most requests that an ingress holds: all that the predictors take and queue, so that one more is refused.

        Twice that, since a request that the predictors refused is still here while it is answered.
        """
        return 2 * self.max_replicas * (self.concurrency + SPARE + self.queue_length)
