"""Every manifest fits the schemas that Kubernetes publishes, and KServe's fields are those that it reads."""

from typing import Any

import kubernetes_validate
import pytest
import yaml

from tests.deploy.manifests import DEPLOY, Document, build, compose, identity, read

KUBERNETES = ("1.31", "1.37")
"""Schemas of one old and one new release."""
KUSTOMIZATIONS = ("kubernetes", "kubernetes-volume")

NUMBER, TEXT = int, str
PREDICTOR = {
    "minReplicas": NUMBER,
    "maxReplicas": NUMBER,
    "scaleMetric": ("cpu", "memory", "concurrency", "rps"),
    "scaleTarget": NUMBER,
    "containerConcurrency": NUMBER,
    "canaryTrafficPercent": NUMBER,
    "timeout": NUMBER,
    "model": dict,
}
"""What KServe adds to a pod's specification, by serving.kserve.io_inferenceservices (KServe 0.15 to 0.21)."""
MODEL = {
    "modelFormat": dict,
    "protocolVersion": ("v1", "v2", "grpc-v1", "grpc-v2"),
    "runtime": TEXT,
    "runtimeVersion": TEXT,
    "storageUri": TEXT,
}
"""What it adds to a container where a runtime is asked for."""
RUNTIME = {"supportedModelFormats": list, "protocolVersions": list, "multiModel": bool, "disabled": bool}
"""What a ServingRuntime has besides a pod's fields; of those it knows the ones below."""
RUNTIME_POD = {"affinity", "containers", "imagePullSecrets", "nodeSelector", "tolerations", "volumes"}


def validate(document: Document) -> None:
    for version in KUBERNETES:
        kubernetes_validate.validate(document, version, strict=True)


def validate_pod(specification: dict[str, Any]) -> None:
    validate({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "pod"}, "spec": specification})


def take(fields: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """Check the fields that are KServe's own, and return the others."""
    for name, kind in known.items():
        if name in fields:
            assert fields[name] in kind if isinstance(kind, tuple) else type(fields[name]) is kind, name
    return {name: value for name, value in fields.items() if name not in known}


@pytest.mark.parametrize("folder", KUSTOMIZATIONS)
def test_what_is_applied_fits_kubernetes_schemas(folder: str) -> None:
    documents = build(folder)
    for document in documents:
        validate(document)
    assert {document["kind"] for document in documents} >= {
        "Deployment",
        "Service",
        "HorizontalPodAutoscaler",
        "PodDisruptionBudget",
        "NetworkPolicy",
    }


def test_a_mistake_in_a_manifest_would_be_seen() -> None:
    (deployment,) = [one for one in build("kubernetes") if one["kind"] == "Deployment"]
    deployment["spec"]["template"]["spec"]["containers"][0]["readynessProbe"] = {}
    with pytest.raises(kubernetes_validate.ValidationError):
        validate(deployment)


@pytest.mark.parametrize("folder", KUSTOMIZATIONS)
def test_every_file_of_a_folder_is_used(folder: str) -> None:
    (plan,) = read(DEPLOY / folder / "kustomization.yaml")
    used = {name for name in plan["resources"] if name.endswith(".yaml")}
    used |= {patch["path"] for patch in plan.get("patches", ())}
    assert used | {"kustomization.yaml"} == {path.name for path in (DEPLOY / folder).iterdir()}


@pytest.mark.parametrize("folder", KUSTOMIZATIONS)
def test_kustomize_itself_agrees_with_the_composition(folder: str) -> None:
    composed = {identity(document): yaml.safe_dump(document) for document in compose(DEPLOY / folder)}
    for document in build(folder):
        ours = yaml.safe_load(composed[identity(document)])
        assert sort(document) == sort(ours)


def sort(value: Any) -> Any:
    """Return a document with its lists of named things in the order of their names, which kustomize may change."""
    if isinstance(value, dict):
        return {key: sort(one) for key, one in value.items()}
    if isinstance(value, list):
        return sorted((sort(one) for one in value), key=str)
    return value


@pytest.mark.parametrize(
    "document",
    [one for path in sorted((DEPLOY / "kserve").glob("*.yaml")) for one in read(path)],
    ids=lambda document: "-".join(identity(document)),
)
def test_kserves_fields_are_known_and_the_rest_is_a_pods(document: Document) -> None:
    assert set(document) == {"apiVersion", "kind", "metadata", "spec"}
    if document["kind"] == "ServingRuntime":
        assert document["apiVersion"] == "serving.kserve.io/v1alpha1"
        pod = take(document["spec"], RUNTIME)
        assert set(pod) <= RUNTIME_POD
        validate_pod(pod)
        return
    assert (document["apiVersion"], document["kind"]) == ("serving.kserve.io/v1beta1", "InferenceService")
    assert set(document["spec"]) == {"predictor"}
    predictor = dict(document["spec"]["predictor"])
    pod = take(predictor, PREDICTOR)
    if "model" in predictor:
        assert set(predictor["model"]["modelFormat"]) <= {"name", "version"}
        container = take(predictor["model"], MODEL)
        pod = {**pod, "containers": [{"name": "kserve-container", "image": "of-the-runtime", **container}]}
    validate_pod(pod)
