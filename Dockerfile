# The service as an image: no TensorFlow, no compiler, a user without rights, a root file system that may be read-only.
#
#   docker build -t thirtyfive .                                        # or: make image
#   docker build -t thirtyfive-gpu --target gpu .                       # for NVIDIA GPUs, or: make image-gpu
#   docker build -t thirtyfive --build-arg LOCK=service-formats .       # DICOM and every kind of TIFF too, 100 MB more
#   docker run --read-only --tmpfs /tmp -p 8000:8000 thirtyfive
#   docker run --read-only --tmpfs /tmp -p 8000:8000 -v "$PWD/models:/app/models:ro" thirtyfive     # one's own models
#
# The base is a tag, so that a rebuild brings its security fixes. For a build that never changes, give a digest:
#   --build-arg BASE=python:3.11-slim-bookworm@sha256:...
# Any image of Debian's family with Python 3.11 and pip serves as the base.
#
# Behind an own package index or certificate, hand them in as secrets, which stay out of the image:
#   --secret id=pip,src=pip.conf --secret id=ca,src=ca.pem
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS packages
ARG LOCK=service
COPY requirements/ /requirements/
RUN --mount=type=secret,id=pip --mount=type=secret,id=ca sh /requirements/install.sh /opt/venv /requirements/${LOCK}.txt

FROM ${BASE} AS application
COPY artifact/ /app/artifact/
COPY doctor/ /app/doctor/
COPY service/ /app/service/
COPY models/ /app/models/
# Compiled now, since nothing can be written later; readable whatever the checkout's umask was.
RUN python3 -m compileall -q --invalidation-mode unchecked-hash /app && chmod -R a+rX,go-w /app

FROM ${BASE} AS runtime
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Thirtyfive" \
      org.opencontainers.image.description="Serves compact yes/no image classifiers and says how far to trust them" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ENV PATH=/opt/venv/bin:$PATH \
    HOME=/tmp \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    ORT_DISABLE_TELEMETRY=1 \
    SERVICE_HOST=0.0.0.0
WORKDIR /app
# A number, so that an orchestrator can tell that it is not root (Kubernetes' runAsNonRoot).
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-c", \
    "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ.get('SERVICE_PORT', '8000') + '/health')"]
ENTRYPOINT ["python", "-m", "service"]

FROM runtime AS service
COPY --from=packages /opt/venv /opt/venv
COPY --from=application /app /app

FROM ${BASE} AS packages-gpu
COPY requirements/ /requirements/
RUN --mount=type=secret,id=pip --mount=type=secret,id=ca sh /requirements/install.sh /opt/venv /requirements/service-gpu.txt

# CUDA's libraries come with the packages; the host brings the driver (580 or newer for CUDA 13) and its container toolkit:
#   docker run --gpus all --read-only --tmpfs /tmp -p 8000:8000 thirtyfive-gpu
FROM runtime AS gpu
COPY --from=packages-gpu /opt/venv /opt/venv
COPY --from=application /app /app
ENV NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility \
    LD_LIBRARY_PATH=/opt/venv/lib/python3.11/site-packages/nvidia/cu13/lib:/opt/venv/lib/python3.11/site-packages/nvidia/cudnn/lib

# What a build without --target makes. It stands last so that builders that work from top to bottom can stop at `service`.
FROM service
