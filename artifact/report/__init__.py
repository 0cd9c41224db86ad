"""What a report says to people: the same sentences in the terminal, on the page and on the model card.

- `artifact.report.verdict`: the sentences to remember.

A report is the object of `report.json`; what it lacks, or has in a form that nobody wrote, is left out.
"""
