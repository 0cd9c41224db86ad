"""What requests and answers look like: the one source of the OpenAPI document.

Large bodies are read by `service.intake`, not by Pydantic; these classes describe them, and check small parameters.
"""

from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

NAME = r"^[a-z0-9][a-z0-9_-]{0,63}$"
_VERSION = r"^[1-9][0-9]{0,8}$"


class Parameters(BaseModel):
    """Parameters of a route; their schema is made once, not for every request."""

    model_config = ConfigDict(extra="ignore")

    @classmethod
    @cache
    def model_json_schema(cls, *arguments: Any, **options: Any) -> dict[str, Any]:  # type: ignore[override]
        """Return the JSON schema, remembered."""
        return super().model_json_schema(*arguments, **options)


class ModelQuery(Parameters):
    """Which model is meant."""

    model: Annotated[str, Field(pattern=NAME)] | None = Field(
        default=None, description="A model's name; the default one where absent."
    )
    version: Annotated[str, Field(pattern=_VERSION)] | None = Field(
        default=None, description="Its version; the current one where absent."
    )


class ModelPath(Parameters):
    """A model by name."""

    model: str = Field(description="A model's name.", pattern=NAME, json_schema_extra={"example": "default"})


class VersionPath(ModelPath):
    """One version of a model."""

    version: str = Field(description="A version of it.", pattern=_VERSION, json_schema_extra={"example": "1"})


class FilePath(VersionPath):
    """One file of one version."""

    file: Literal["model.onnx", "card.json", "report.json", "report.html", "README.md"] = Field(
        description="Which file.", json_schema_extra={"example": "card.json"}
    )


class PredictQuery(ModelQuery):
    """Which model is meant, and whether it should explain itself."""

    explain: Literal["heatmap"] | None = Field(
        default=None, description="`heatmap` adds a PNG that shows which places spoke for (orange) and against (blue)."
    )


class ProblemDocument(BaseModel):
    """Any answer other than success (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str = Field(description="What happened, what was expected, how to mend it.")
    code: str = Field(description="One stable word.")
    error: str = Field(description="The same as detail.")
    limit: int | None = Field(default=None, description="The limit that was passed.")


class ModelIdentity(BaseModel):
    """A model's name and version."""

    name: str
    version: str


class Prediction(BaseModel):
    """The answer for one image; where the image could not be read, `error` and `code` in place of a label."""

    label: str | None = Field(default=None, description="The name of the class on the likelier side of the threshold.")
    probability: float | None = Field(default=None, description="Calibrated probability of the positive class.")
    probabilities: dict[str, float] | None = Field(
        default=None, description="Calibrated probability by class; they sum to 1."
    )
    uncertain: bool | None = Field(default=None, description="The data do not carry a sure answer.")
    unfamiliar: bool | None = Field(default=None, description="The image is unlike the training images.")
    reason: str | None = Field(default=None, description="Why the answer should not be taken as sure, or null.")
    reason_code: Literal["another_range", "unfamiliar", "guessing", "too_few_images", "between"] | None = Field(
        default=None, description="The same as one word that does not change, or null."
    )
    filename: str | None = Field(default=None, description="The file's name in the form, or null.")
    heatmap: str | None = Field(
        default=None, description="With explain=heatmap: a transparent PNG (base64) of the same shape."
    )
    error: str | None = None
    code: str | None = None
    limit: int | None = None


class Predictions(BaseModel):
    """The answers, in the order of the images."""

    model: ModelIdentity
    predictions: list[Prediction]


class NamedModel(BaseModel):
    """One published model."""

    name: str
    default: bool = Field(description="It answers where a request names none.")
    versions: list[str] = Field(description="Oldest first.")
    current: str | None = Field(description="The version that is current on disk.")
    served: str | None = Field(description="The version that answers now; null where it is not loaded.")


class NamedModels(BaseModel):
    """Every published model."""

    models: list[NamedModel]


class ProviderChoice(BaseModel):
    """Where the network runs, and whether that is what was asked for."""

    requested: str
    used: str
    fell_back: bool
    why: str | None


class Refused(BaseModel):
    """A version that is current on disk and is not served."""

    version: str | None
    reason: str
    since: str


class Health(BaseModel):
    """The process is alive."""

    status: Literal["alive"]
    provider: ProviderChoice | None


class Readiness(BaseModel):
    """The service can predict."""

    status: Literal["ready"]
    model: ModelIdentity
    provider: ProviderChoice
    loaded: str
    refused: Refused | None


class ServerMetadata(BaseModel):
    """The server, in the Open Inference Protocol."""

    name: str
    version: str
    extensions: list[str]


class Live(BaseModel):
    """The process is alive."""

    live: bool


class Ready(BaseModel):
    """The default model answers."""

    ready: bool


class ModelReady(ModelIdentity):
    """A model answers."""

    ready: bool


class TensorMetadata(BaseModel):
    """A tensor; -1 in its shape is any number."""

    name: str
    datatype: str
    shape: list[int]


class ModelMetadata(BaseModel):
    """A model, in the Open Inference Protocol."""

    name: str
    versions: list[str]
    platform: str
    inputs: list[TensorMetadata]
    outputs: list[TensorMetadata]
