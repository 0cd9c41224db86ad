"""The routes, one module for each group: each turns a request into calls of the other folders and their result to JSON.

Public surface: `BLUEPRINTS`, in the order in which the OpenAPI document shows them.
"""

from service.routes import diagnose, feedback, files, models, operations, pages, predict, report, v2

BLUEPRINTS = (
    predict.api,
    v2.api,
    report.api,
    diagnose.api,
    feedback.api,
    models.api,
    files.api,
    operations.api,
    pages.api,
    diagnose.page,
)
