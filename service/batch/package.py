"""A published model as bytes, so that every process and every machine scores with the very one the job began with."""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from artifact import store
from service.inference import model
from service.inference.model import Model
from service.settings import Settings

_FILES = (store.MODEL_FILE, store.CARD_FILE, store.REPORT_FILE, store.GOLDEN_FILE)


@dataclass(frozen=True)
class Package:
    """The files of one version; equal to another of the same network, so that a process opens it once.

    Attributes:
        name: The model's name.
        version: Its version.
        sha256: Of the network, as the card says.
        files: The bytes of each file, by its name.
    """

    name: str
    version: str
    sha256: str
    files: dict[str, bytes] = field(compare=False, repr=False)

    @property
    def identity(self) -> dict[str, str]:
        """What a plan says of the model."""
        return {"name": self.name, "version": self.version, "sha256": self.sha256}

    def open(self, settings: Settings) -> Model:
        """Load the model and check it on its golden images; raises `ArtifactError` where it does not answer alike."""
        with tempfile.TemporaryDirectory() as models:
            folder = Path(models) / self.name / self.version
            folder.mkdir(parents=True)
            for name, data in self.files.items():
                (folder / name).write_bytes(data)
            published = store.read(Path(models), self.name, self.version)
            return model.load(published, settings.provider, settings.threads, settings.batch)


def pack(models: Path, name: str, version: str | None = None) -> Package:
    """Return a published version (the current one by default); raises `ArtifactError` where it is not whole."""
    published = store.read(models, name, version)
    files = {file: (published.folder / file).read_bytes() for file in _FILES}
    return Package(name, published.card.version, published.card.model.sha256, files)
