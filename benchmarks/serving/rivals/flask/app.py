"""A plain Flask application; gunicorn runs it with the sync or the threaded worker."""

from flask import Flask, request

from benchmarks.serving.rivals.classifier import Classifier

app = Flask(__name__)
classifier = Classifier()


@app.post("/predict")
def predict() -> dict[str, object]:
    """Answer for the image file in the body."""
    return classifier.predict(request.get_data(cache=False))
