"""The Open Inference Protocol, version 2, over HTTP: requests to tensors, and answers to JSON and binary parts.

Public surface: `message.read` and `message.write` for the two parts of a body, `inputs.read` for the images of a
request, `outputs.describe` for the tensors of an answer, `metadata` for what a server and a model say of themselves.
"""
