"""A fitted candidate's network, and how it becomes the ONNX file that is published.

To come beside `conversion_memory` and `deterministic_order`, two patches of tf2onnx: the networks themselves.
"""
