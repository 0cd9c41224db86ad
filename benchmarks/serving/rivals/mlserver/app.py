"""An MLServer runtime; its protocol (Open Inference, version 2) carries the image as base64 in JSON."""

from mlserver import MLModel
from mlserver.codecs import Base64Codec
from mlserver.types import InferenceRequest, InferenceResponse, ResponseOutput

from benchmarks.serving.rivals.classifier import Classifier as Model


class Classifier(MLModel):
    """One model in each of the parallel workers."""

    async def load(self) -> bool:
        """Open the model."""
        self.model = Model()
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        """Answer for one image file."""
        (file,) = Base64Codec.decode_input(payload.inputs[0])
        found = self.model.predict(file)
        outputs = [
            ResponseOutput(name="label", datatype="BYTES", shape=[1], data=[found["label"]]),
            ResponseOutput(name="probability", datatype="FP64", shape=[1], data=[found["probability"]]),
        ]
        return InferenceResponse(model_name=self.name, outputs=outputs)
