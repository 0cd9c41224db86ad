"""A BentoML service with two workers; the body of a request is the image file."""

from typing import Annotated

import bentoml
from bentoml.validators import ContentType
from PIL.Image import Image

from benchmarks.serving.rivals.classifier import Classifier as Model


@bentoml.service(workers=2, traffic={"timeout": 60})
class Classifier:
    """One model in each worker."""

    def __init__(self) -> None:
        """Open the model."""
        self.model = Model()

    @bentoml.api  # type: ignore[untyped-decorator]  # BentoML is not installed where types are checked
    def predict(self, image: Annotated[Image, ContentType("image/jpeg")], /) -> dict[str, object]:
        """Answer for the image file in the body."""
        return self.model.predict_picture(image)
