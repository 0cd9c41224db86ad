"""The doctor's part in training: a diagnosis of every fold's curves, and retraining with its remedies."""
