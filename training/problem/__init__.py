"""The learning task: what a strategy is given, and what it gives back. Everything that learns stands above this folder.

Public surface: `interface.Problem`, `Evaluation`, `Fitted`, and the protocols `Candidate` and `Strategy`;
`overrides.Overrides`, what is asked of gradient descent.
"""
