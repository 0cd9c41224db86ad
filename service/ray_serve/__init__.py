"""Serve the same application on a Ray cluster, with replicas that come and go with the load.

A request is taken in by an ingress, which holds it until a predictor has answered it: where the predictor's node dies,
another one is asked. A predictor is the Flask application of `service.app`, and runs images of several requests
together. This package alone, beside `service.batch.ray_tasks`, loads Ray.

Public surface: `app.build(settings)`, also for `serve run service.ray_serve.app:build`; `python -m service.ray_serve`.

What's where:
    commands, running   the command line; starting the application on a cluster, and stopping it
    settings    those of the service, and how it scales
    app         the two deployments and how they are bound
    ingress     requests in, answers out, and what is done where a predictor is lost
    predictor   the Flask application in a replica
    together    one run of the network for several requests
    numbers     the metrics of all replicas as one text
"""
