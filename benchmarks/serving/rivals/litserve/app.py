"""LitServe with two workers; it takes JSON or forms, so the image comes as base64.  `app.py PORT`."""

import base64
import sys

import litserve

from benchmarks.serving.rivals.classifier import Classifier


class Api(litserve.LitAPI):
    """The four steps that LitServe asks for."""

    def setup(self, device: str) -> None:
        """Open the model in each worker."""
        self.classifier = Classifier()

    def decode_request(self, request: dict[str, str]) -> bytes:
        """Return the bytes of the image file."""
        return base64.b64decode(request["image"])

    def predict(self, file: bytes) -> dict[str, object]:
        """Answer for an image file."""
        return self.classifier.predict(file)

    def encode_response(self, output: dict[str, object]) -> dict[str, object]:
        """Return the answer as it is."""
        return output


if __name__ == "__main__":
    server = litserve.LitServer(Api(), accelerator="cpu", workers_per_device=2)
    server.run(
        host="127.0.0.1", port=int(sys.argv[1]), num_api_servers=1, log_level="warning", generate_client_file=False
    )
