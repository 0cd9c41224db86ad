"""What a report holds, section by section, and what it says to people in the terminal, on the page, on the model card.

- `artifact.report.table`: the sections, one row each; a row's module has the types and renders them.
- `artifact.report.reading`: between `report.json` and the sections.
- `artifact.report.page`, `reasons`, `verdict`: what is said of several sections.
"""
