"""Write the four models as folders, whole or not at all."""

import shutil
import tempfile
from pathlib import Path

import artifact
from artifact import store
from artifact.network import LOGIT, NOVELTY
from artifact.store import Published
from training.errors import TrainingError
from training.triton import configuration, graph
from training.triton.configuration import BACKENDS, LABELS_FILE, Plan
from training.triton.graph import Graph

_STEPS = Path(__file__).with_name("steps")


def write(
    published: Published, repository: Path, batch: int = 32, decoders: int = 4, backend: str = BACKENDS[0]
) -> list[Path]:
    """Write a published model into a folder of Triton's, beside other models that may be there.

    Args:
        published: The version to write.
        repository: The folder; it is made where it is missing.
        batch: The most images in one run of the network, and in one request.
        decoders: Processes that decode.
        backend: What runs the network, of `BACKENDS`.

    Returns:
        The folders of the models, in the order in which they were put in place; the ensemble, which needs the others,
        is the last.

    Raises:
        TrainingError: A model of one of these names is there already, or the network is not what the card declares.
    """
    card = published.card
    plan = Plan(card.name, int(card.version), _check(published), batch, decoders, backend)
    names = [*(configuration.name_step(plan, step) for step in ("decode", "network", "decide")), plan.name]
    taken = [name for name in names if (repository / name).exists()]
    if taken:
        raise TrainingError(
            f"{repository} has {', '.join(taken)} already, and what a server may be serving is not overwritten. "
            "Name another folder, or remove these first."
        )
    repository.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".writing-", dir=repository) as scratch:
        _write_all(plan, published, Path(scratch))
        return [(Path(scratch) / name).rename(repository / name) for name in names]


def _check(published: Published) -> Graph:
    """Return what the network takes and gives, where it is what the other steps are made for."""
    found, spec = graph.read(published.model), published.card.input
    taken = [(tensor.kind, tensor.sizes) for tensor in found.inputs]
    if taken != [("UINT8", (spec.height, spec.width, spec.channels))]:
        raise TrainingError(
            f"model.onnx takes {taken}; one image, uint8 [{spec.height}, {spec.width}, {spec.channels}] as the card "
            "declares it, was expected. Publish the model again."
        )
    needed = {LOGIT} | ({NOVELTY} if published.card.novelty_limit is not None else set())
    lacking = needed - {tensor.name for tensor in found.outputs if not tensor.sizes}
    if lacking:
        raise TrainingError(
            f"model.onnx does not give {' and '.join(sorted(lacking))} as one number for each image, which the card's "
            "rules need. Publish the model again."
        )
    return found


def _write_all(plan: Plan, published: Published, folder: Path) -> None:
    card = (published.folder / store.CARD_FILE).read_bytes()
    network = _make(folder / configuration.name_step(plan, "network"), configuration.network(plan), plan.version)
    (network / store.MODEL_FILE).write_bytes(published.model)
    if plan.backend == "python":
        _add_code(network, "network")
    for step, text in (("decode", configuration.decode(plan)), ("decide", configuration.decide(plan))):
        version = _make(folder / configuration.name_step(plan, step), text, plan.version)
        (version / store.CARD_FILE).write_bytes(card)
        _add_code(version, step)
    # An ensemble has no file of its own, but object stores keep no folder that is empty.
    whole = _make(folder / plan.name, configuration.ensemble(plan), plan.version)
    (whole / store.CARD_FILE).write_bytes(card)
    for name in (plan.name, configuration.name_step(plan, "decide")):
        classes = published.card.classes
        labels = f"{classes.negative}\n{classes.positive}\n"
        (folder / name / LABELS_FILE).write_text(labels, encoding="utf-8")


def _make(folder: Path, configured: str, version: int) -> Path:
    """Make the folder of one model with its configuration; return that of the version."""
    (folder / str(version)).mkdir(parents=True)
    (folder / "config.pbtxt").write_text(configured, encoding="utf-8")
    return folder / str(version)


def _add_code(version: Path, step: str) -> None:
    """Put a step where the Python backend looks for it, and the package that it needs beside it, as it is."""
    shutil.copyfile(_STEPS / f"{step}.py", version / "model.py")
    unneeded = shutil.ignore_patterns("__pycache__", "*.pyc")
    shutil.copytree(Path(artifact.__file__).parent, version / "artifact", ignore=unneeded)
