"""Take requests in: who may enter when, and from a body to the image files in it, with limits before work.

Public surface: `gate.Gate`, `bodies.read_images`.
"""
