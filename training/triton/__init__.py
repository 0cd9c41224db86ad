"""Write a published model as a model repository of NVIDIA's Triton Inference Server: `python -m training.triton`.

Four models of Triton's make one of ours: `NAME` is an ensemble with the inputs and outputs of the service's `/v2`;
behind it `NAME-decode` turns files into pixels, `NAME-network` is the ONNX file (or runs it, with `--backend
python`), and `NAME-decide` turns scores into
answers. Decoding and deciding are the functions of `artifact`, which travels along, so the answers are the service's.

Public surface: `command.main`, and `repository.write` for programs. Nothing here loads TensorFlow.
"""
