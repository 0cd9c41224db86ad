"""Build the container image once, and give its files and its running service to the tests."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.container.images import HERE, Image, Server, serving

NAME = "localhost/thirtyfive:image-test"
BASE = "localhost/thirtyfive-base:image-test"
TOOLS = ("buildah", "unshare", "setpriv")


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Image]:
    if missing := [tool for tool in TOOLS if shutil.which(tool) is None]:
        pytest.skip(f"needs {', '.join(missing)} (Debian: apt-get install buildah)")
    if os.geteuid() != 0:
        pytest.skip("needs root, to mount the image's files read-only")
    base = os.environ.get("BASE") or debian(tmp_path_factory)
    environment = os.environ | {"BASE": base, "ENGINE": "buildah"}
    subprocess.run([HERE / "build.sh", "service", NAME], check=True, env=environment, stdin=subprocess.DEVNULL)
    container = buildah("from", NAME)
    try:
        config = json.loads(buildah("inspect", "--type", "image", NAME))["Docker"]["config"]
        size = buildah("images", "--format", "{{.Size}}", NAME)
        yield Image(Path(buildah("mount", container)), config, size)
    finally:
        buildah("rm", container)


@pytest.fixture(scope="session")
def server(image: Image) -> Iterator[Server]:
    with serving(image) as running:
        yield running


def debian(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a base like python:3.11-slim-bookworm, made of Debian's packages where no registry answers."""
    if subprocess.run(["buildah", "inspect", "--type", "image", BASE], capture_output=True).returncode == 0:
        return BASE
    if shutil.which("debootstrap") is None:
        pytest.skip("needs a base image: set BASE=IMAGE, or install debootstrap (Debian: apt-get install debootstrap)")
    root = str(tmp_path_factory.mktemp("debian"))
    packages = "--include=python3,python3-venv,python3-pip"
    command = ["debootstrap", "--variant=minbase", packages, "bookworm", root]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    container = buildah("from", "scratch")
    buildah("copy", container, root, "/")
    buildah("commit", container, BASE)
    buildah("rm", container)
    shutil.rmtree(root)
    return BASE


def buildah(*arguments: str) -> str:
    """Run buildah and return what it prints."""
    return subprocess.run(["buildah", *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
