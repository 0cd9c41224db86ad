"""From a finished network to what is published: ONNX, checked against Keras; the card; the report; the model card."""
