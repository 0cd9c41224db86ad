"""A BentoML service with two workers; the body of a request is the image file."""

from typing import Annotated

import bentoml
from bentoml.validators import ContentType
from classifier import Classifier as Model
from PIL.Image import Image


@bentoml.service(workers=2, traffic={"timeout": 60})
class Classifier:
    """One model in each worker."""

    def __init__(self) -> None:
        """Open the model."""
        self.model = Model()

    @bentoml.api
    def predict(self, image: Annotated[Image, ContentType("image/jpeg")], /) -> dict[str, object]:
        """Answer for the image file in the body."""
        return self.model.predict_picture(image)
