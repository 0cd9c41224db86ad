"""The manifests as a cluster would get them."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
Document = dict[str, Any]


def read(path: Path) -> list[Document]:
    return [document for document in yaml.safe_load_all(path.read_text(encoding="utf-8")) if document]


def build(folder: str) -> list[Document]:
    """Return what `kubectl apply -k` would send; without kubectl, the same put together here."""
    if shutil.which("kubectl"):
        run = subprocess.run(["kubectl", "kustomize", str(DEPLOY / folder)], capture_output=True, text=True, check=True)
        return [document for document in yaml.safe_load_all(run.stdout) if document]
    return compose(DEPLOY / folder)


def compose(folder: Path) -> list[Document]:
    """Put a kustomization together: its resources, its patches by kind and name, its image tags."""
    (plan,) = read(folder / "kustomization.yaml")
    documents: list[Document] = []
    for resource in plan["resources"]:
        path = folder / resource
        documents += compose(path) if path.is_dir() else read(path)
    for entry in plan.get("patches", ()):
        (patch,) = read(folder / entry["path"])
        (target,) = [one for one in documents if identity(one) == identity(patch)]
        merge(target, patch)
    for image in plan.get("images", ()):
        for container in containers(documents):
            if container["image"].partition(":")[0] == image["name"]:
                container["image"] = f"{image.get('newName', image['name'])}:{image['newTag']}"
    return documents


def identity(document: Document) -> tuple[str, str]:
    return document["kind"], document["metadata"]["name"]


def merge(target: Document, patch: Document) -> None:
    """Lay a patch over a document: lists of named things by name, as Kubernetes' strategic merge does."""
    for key, value in patch.items():
        if isinstance(value, dict) and isinstance(target.get(key), dict):
            merge(target[key], value)
        elif isinstance(value, list) and isinstance(target.get(key), list):
            for one in value:
                same = [old for old in target[key] if old["name"] == one["name"]]
                if same:
                    merge(same[0], one)
                else:
                    target[key].append(one)
        else:
            target[key] = value


def containers(documents: list[Document]) -> Iterator[Document]:
    for document in documents:
        if document["kind"] == "Deployment":
            yield from document["spec"]["template"]["spec"]["containers"]
