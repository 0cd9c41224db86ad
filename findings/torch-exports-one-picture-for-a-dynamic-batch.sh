#!/usr/bin/env bash
# PyTorch's ONNX exporter, told that the batch is dynamic and shown one picture, declares a batch of any size for a small
# vision transformer and writes one that takes a single picture. No error, no warning; with two pictures it is right.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q torch==2.13.0 onnx==1.23.2 onnxscript==0.7.2 onnxruntime==1.32.0
cat > export.py <<'PYTHON'
import warnings

warnings.filterwarnings("ignore")
import numpy as np
import onnxruntime
import torch
from torch import nn


class Transformer(nn.Module):
    """Patches of 16 pixels, a class token, two layers: what a vision transformer is."""

    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(3, 48, 16, 16)
        self.token = nn.Parameter(torch.zeros(1, 1, 48))
        layer = nn.TransformerEncoderLayer(48, 4, 96, batch_first=True)
        self.layers = nn.TransformerEncoder(layer, 2)

    def forward(self, pixels):
        tokens = self.patches(pixels).flatten(2).transpose(1, 2)
        tokens = torch.cat([self.token.expand(tokens.shape[0], -1, -1), tokens], 1)
        return self.layers(tokens)[:, 0]


print("torch", torch.__version__)
came = {}
for shown in (1, 2):
    model = Transformer().eval()
    example = (torch.rand(shown, 3, 64, 64),)
    torch.onnx.export(model, example, "model.onnx", dynamic_shapes=({0: "batch"},), verbose=False)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession("model.onnx", options)
    taken = session.get_inputs()[0]
    try:
        came[shown] = session.run(None, {taken.name: np.zeros((2, 3, 64, 64), np.float32)})[0].shape
    except Exception as error:
        came[shown] = type(error).__name__
    print(f"shown {shown}: declares {taken.shape}; asked about two pictures: {came[shown]}")
assert came[2] == (2, 48), "with two pictures it does not work either"
assert isinstance(came[1], str), "with one picture it takes two now"
PYTHON
venv/bin/python export.py 2>/dev/null
