"""What no schema can say: the manifests name routes, settings, paths and users that exist, and fit each other."""

import re
from math import ceil
from pathlib import Path
from typing import Any

import pytest

from service import Settings, create_app
from service.intake import memory
from tests.deploy.manifests import DEPLOY, ROOT, Document, build, read
from tests.there import there

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
KUSTOMIZATIONS = ("kubernetes", "kubernetes-volume")
KSERVE_GRACE = 30
"""Seconds that a pod has to end where its specification says nothing; a ServingRuntime cannot say it."""


def by_kind(documents: list[Document]) -> dict[str, Any]:
    return {document["kind"]: document["spec"] for document in documents}


def pods() -> list[Any]:
    """Return the specification of every pod that runs the service, with a name for it."""
    found = [(folder, by_kind(build(folder))["Deployment"]["template"]["spec"]) for folder in KUSTOMIZATIONS]
    (custom,) = read(DEPLOY / "kserve" / "inferenceservice.yaml")
    runtime, _ = read(DEPLOY / "kserve" / "runtime.yaml")
    found += [("inferenceservice", custom["spec"]["predictor"]), ("runtime", runtime["spec"])]
    return [pytest.param(pod, id=name) for name, pod in found]


every_pod = pytest.mark.parametrize("pod", pods())


def container_of(pod: dict[str, Any]) -> dict[str, Any]:
    container: dict[str, Any]
    (container,) = pod["containers"]
    return container


def environment(pod: dict[str, Any]) -> dict[str, Any]:
    return {entry["name"]: entry.get("value") for entry in container_of(pod)["env"]}


@every_pod
def test_probes_ask_routes_that_exist_on_the_port_that_is_served(pod: dict[str, Any], models: Path) -> None:
    client = create_app(Settings(models=models)).test_client()
    container = container_of(pod)
    ports = {port.get("name", port["containerPort"]): port["containerPort"] for port in container["ports"]}
    probes = [container[name]["httpGet"] for name in container if name.endswith("Probe")]
    assert len(probes) >= 2
    for probe in probes:
        assert client.get(probe["path"]).status_code == 200
        port = ports.get(probe["port"], probe["port"])
        assert str(port) == environment(pod)["SERVICE_PORT"] == there(re.search(r"^EXPOSE (\d+)$", DOCKERFILE, re.M))[1]


@every_pod
def test_readiness_waits_for_a_model_and_liveness_does_not(pod: dict[str, Any], tmp_path: Path) -> None:
    client = create_app(Settings(models=tmp_path / "empty")).test_client()
    container = container_of(pod)
    assert client.get(container["readinessProbe"]["httpGet"]["path"]).status_code == 503
    for name in ("livenessProbe", "startupProbe"):
        if name in container:
            assert client.get(container[name]["httpGet"]["path"]).status_code == 200


@every_pod
def test_the_environment_is_the_settings(pod: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    known = {f"SERVICE_{name.upper()}" for name in Settings.model_fields}
    given = environment(pod)
    assert set(given) - known <= {"PROTOCOL"}
    for name, value in given.items():
        if name in known and value is not None and "{{" not in value:
            monkeypatch.setenv(name, value)
    assert Settings().host == "0.0.0.0", "a pod is asked from outside itself"


@every_pod
def test_a_pod_has_time_to_finish_its_requests(pod: dict[str, Any]) -> None:
    hold = int(container_of(pod)["lifecycle"]["preStop"]["exec"]["command"][1])
    drain = int(environment(pod)["SERVICE_DRAIN_SECONDS"])
    assert hold + drain < pod.get("terminationGracePeriodSeconds", KSERVE_GRACE)


@every_pod
def test_workers_are_as_many_as_the_cores_that_the_pod_may_use(pod: dict[str, Any]) -> None:
    container = container_of(pod)
    resources = container["resources"]
    assert resources["requests"]["cpu"] == resources["limits"]["cpu"]
    (source,) = [one for one in container["env"] if one["name"] == "SERVICE_WORKERS"] or [None]
    if source is not None:  # otherwise the service reads the limit from its control group by itself
        wanted = {"containerName": container["name"], "resource": "limits.cpu"}
        assert source["valueFrom"]["resourceFieldRef"] == wanted


@every_pod
def test_a_pod_has_room_for_what_its_workers_may_hold(pod: dict[str, Any]) -> None:
    limits, settings = container_of(pod)["resources"]["limits"], Settings(workers=1)
    workers, large = ceil(float(limits["cpu"])), int(environment(pod)["SERVICE_MAX_WORKING_MEGABYTES"])
    small = settings.concurrency * memory.SMALL // 1024**2  # pictures that wait for no others
    bound = workers * (settings.max_waiting_megabytes + small) + large
    assert limits["memory"].endswith("Gi")
    assert bound < 1024 * int(limits["memory"].removesuffix("Gi"))


@every_pod
def test_a_pod_has_no_more_rights_than_it_needs(pod: dict[str, Any]) -> None:
    """By the profile `restricted` of Kubernetes' pod security standards, and a read-only root beside it."""
    container = container_of(pod)
    context = pod.get("securityContext", {}) | container["securityContext"]
    user = int(there(re.search(r"^USER (\d+):(\d+)$", DOCKERFILE, re.M))[1])
    assert context["runAsNonRoot"] is True
    assert context["runAsUser"] == user
    assert context["readOnlyRootFilesystem"] is True
    assert context["allowPrivilegeEscalation"] is False
    assert context["capabilities"] == {"drop": ["ALL"]}
    assert context["seccompProfile"] == {"type": "RuntimeDefault"}
    assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod)
    assert not [volume for volume in pod["volumes"] if "hostPath" in volume]


@every_pod
def test_paths_that_are_written_are_mounted_and_every_mount_has_its_volume(pod: dict[str, Any]) -> None:
    container = container_of(pod)
    mounts = {mount["mountPath"]: mount for mount in container["volumeMounts"]}
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    assert {mount["name"] for mount in mounts.values()} == set(volumes)
    home = there(re.search(r"\bHOME=(\S+)", DOCKERFILE))[1]
    assert "emptyDir" in volumes[mounts[home]["name"]]


def test_the_models_volume_is_where_the_service_looks_and_only_read() -> None:
    documents = build("kubernetes-volume")
    pod = by_kind(documents)["Deployment"]["template"]["spec"]
    (mount,) = [
        one for one in container_of(pod)["volumeMounts"] if one["mountPath"] == environment(pod)["SERVICE_MODELS"]
    ]
    assert mount["readOnly"] is True
    (volume,) = [one for one in pod["volumes"] if one["name"] == mount["name"]]
    assert volume["persistentVolumeClaim"]["readOnly"] is True
    (claim,) = [one for one in documents if one["kind"] == "PersistentVolumeClaim"]
    assert claim["metadata"]["name"] == volume["persistentVolumeClaim"]["claimName"]
    assert claim["metadata"]["name"] in str(read(DEPLOY / "kserve" / "runtime.yaml")[1]["spec"])


@pytest.mark.parametrize("folder", KUSTOMIZATIONS)
def test_selectors_find_the_pods(folder: str) -> None:
    specs = by_kind(build(folder))
    template = specs["Deployment"]["template"]
    labels = template["metadata"]["labels"].items()
    selectors = [
        specs["Deployment"]["selector"]["matchLabels"],
        specs["Service"]["selector"],
        specs["PodDisruptionBudget"]["selector"]["matchLabels"],
        specs["NetworkPolicy"]["podSelector"]["matchLabels"],
        *(one["labelSelector"]["matchLabels"] for one in template["spec"]["topologySpreadConstraints"]),
    ]
    assert all(selector and selector.items() <= labels for selector in selectors)
    ports = {port["name"] for port in container_of(template["spec"])["ports"]}
    assert specs["Service"]["ports"][0]["targetPort"] in ports
    (rule,) = specs["NetworkPolicy"]["ingress"]
    assert {port["port"] for port in rule["ports"]} == ports


def test_the_autoscaler_scales_the_deployment_by_what_it_requests() -> None:
    documents = build("kubernetes")
    specs = by_kind(documents)
    scaler = specs["HorizontalPodAutoscaler"]
    (deployment,) = [one for one in documents if one["kind"] == "Deployment"]
    target = {"apiVersion": deployment["apiVersion"], "kind": "Deployment", "name": deployment["metadata"]["name"]}
    assert scaler["scaleTargetRef"] == target
    assert "replicas" not in deployment["spec"], "each apply would undo the autoscaler's choice"
    (metric,) = scaler["metrics"]
    requests = container_of(deployment["spec"]["template"]["spec"])["resources"]["requests"]
    assert metric["resource"]["name"] in requests
    assert scaler["minReplicas"] > specs["PodDisruptionBudget"]["maxUnavailable"], "a drain leaves one that answers"


def test_prometheus_is_sent_to_the_metrics(models: Path) -> None:
    template = by_kind(build("kubernetes"))["Deployment"]["template"]
    notes = template["metadata"]["annotations"]
    client = create_app(Settings(models=models)).test_client()
    assert "thirtyfive_requests_total" in client.get(notes["prometheus.io/path"]).get_data(as_text=True)
    assert notes["prometheus.io/port"] == environment(template["spec"])["SERVICE_PORT"]


def test_kserve_is_told_the_protocol_that_the_service_speaks(models: Path) -> None:
    (custom,) = read(DEPLOY / "kserve" / "inferenceservice.yaml")
    runtime, _ = read(DEPLOY / "kserve" / "runtime.yaml")
    assert environment(custom["spec"]["predictor"])["PROTOCOL"] == runtime["spec"]["protocolVersions"][0]
    client = create_app(Settings(models=models)).test_client()
    assert client.get(f"/{runtime['spec']['protocolVersions'][0]}/models/default").status_code == 200


def test_images_are_the_versions_that_are_built() -> None:
    version = there(re.search(r"^ARG VERSION=(\S+)$", DOCKERFILE, re.M))[1]
    tags = re.findall(r"(?:image: \S+:|newTag: )(\S+)", "".join(p.read_text() for p in sorted(DEPLOY.rglob("*.yaml"))))
    assert len(tags) >= 4
    assert set(tags) == {version}
