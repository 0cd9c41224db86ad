"""Parameters and answers of /feedback, from which the OpenAPI document is made."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from service.schemas import NAME, Parameters


class FeedbackQuery(Parameters):
    """Which model's classes are meant, and which of them the images show."""

    model: Annotated[str, Field(pattern=NAME)] | None = Field(
        default=None, description="A model's name; the default one where absent."
    )
    label: str | None = Field(
        default=None, description="The right class, or `neither` where the images show none of the two.", max_length=200
    )


class KeptPath(Parameters):
    """An image that is kept as feedback."""

    image: str = Field(
        description="The SHA-256 of its bytes, as POST /feedback answers it.",
        pattern="^[0-9a-f]{64}$",
        json_schema_extra={"example": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    )


class TakeBackQuery(Parameters):
    """Which model's classes are meant, and which label the image gets back."""

    model: Annotated[str, Field(pattern=NAME)] | None = Field(
        default=None, description="A model's name; the default one where absent."
    )
    before: str | None = Field(
        default=None, description="The label that it had before; without it the image is removed.", max_length=200
    )


class KeptImage(BaseModel):
    """What became of one image: kept, known already, or moved from another label."""

    image: str = Field(description="The SHA-256 of its bytes, by which DELETE /feedback/IMAGE takes it back.")
    outcome: Literal["kept", "known", "moved"]
    before: str | None = Field(description="The label that it had before, or null.")


class Kept(BaseModel):
    """What became of each image, in their order."""

    label: str
    outcomes: list[Literal["kept", "known", "moved"]]
    images: list[KeptImage]


class TakenBack(BaseModel):
    """What an image is kept as now."""

    image: str
    label: str | None = Field(description="The label that it had before; null where it is not kept any more.")
