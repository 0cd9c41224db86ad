"""The application: an ingress that takes requests in, and predictors that scale with them."""

from ray import serve
from ray.serve import Application

from service.ray_serve.ingress import Ingress
from service.ray_serve.predictor import Predictor
from service.ray_serve.settings import SPARE, ServeSettings


def build(settings: ServeSettings) -> Application:
    """Return the application, for `serve.run` or `serve run service.ray_serve.app:build max_replicas=8`."""
    return _ingress(settings).bind(settings, _predictor(settings).bind(settings))


def _predictor(settings: ServeSettings) -> serve.Deployment:
    return serve.deployment(
        name="predictor",
        autoscaling_config={
            "min_replicas": min(settings.min_replicas, settings.max_replicas),
            "max_replicas": settings.max_replicas,
            "target_ongoing_requests": settings.target_requests,
            "upscale_delay_s": settings.upscale_seconds,
            "downscale_delay_s": settings.downscale_seconds,
        },
        max_ongoing_requests=settings.concurrency + SPARE,
        max_queued_requests=max(1, settings.max_replicas * settings.queue_length),
        graceful_shutdown_timeout_s=settings.drain_seconds,
        ray_actor_options={"num_cpus": settings.replica_cpus, "num_gpus": settings.replica_gpus},
    )(Predictor)


def _ingress(settings: ServeSettings) -> serve.Deployment:
    resources = {settings.ingress_resource: 0.001} if settings.ingress_resource else {}
    return serve.deployment(
        name="ingress",
        num_replicas=settings.ingresses,
        max_replicas_per_node=1,
        max_ongoing_requests=settings.most_requests,
        graceful_shutdown_timeout_s=settings.drain_seconds,
        ray_actor_options={"num_cpus": 0, "resources": resources},
    )(Ingress)
