"""A fitted candidate's network, and how it becomes the ONNX file that is published.

Public surface: the protocol `interface.Network`; `graph.Graph`, which writes ONNX; `graph_network.GraphNetwork`, a
network that was written directly; `keras_network.KerasNetwork`, one that Keras trained. The last alone knows of
tf2onnx, and of two patches that it needs: `deterministic_order` and `conversion_memory`.
"""
