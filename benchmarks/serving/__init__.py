"""How near the service comes to the limit: decoding and running the network in a loop, with nothing around it.

`python -m benchmarks.serving [IMAGE]` measures both by turns on the same machine, so that what else runs there weighs
on both alike, and prints requests a second, the median and the 99th percentile of the time of an answer, and the share
of the limit that the service reaches. On a machine that others use too, the share by processor time is the one to read:
what the limit needs for an image over what the service's workers need for an answer.
"""
