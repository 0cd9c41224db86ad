"""A FastAPI application under uvicorn; the work runs on a thread, so that the event loop goes on reading."""

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool

from benchmarks.serving.rivals.classifier import Classifier

app = FastAPI()
classifier = Classifier()


@app.post("/predict")
async def predict(request: Request) -> dict[str, object]:
    """Answer for the image file in the body."""
    return await run_in_threadpool(classifier.predict, await request.body())
