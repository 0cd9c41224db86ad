#!/bin/sh
# Install a lock into an environment of its own while an image is built:  install.sh FOLDER LOCK
# An own package index (pip.conf) or certificate comes in as the build secrets `pip` and `ca`; neither stays behind.
set -eu
test ! -f /run/secrets/pip || export PIP_CONFIG_FILE=/run/secrets/pip
test ! -f /run/secrets/ca || export PIP_CERT=/run/secrets/ca
python3 -m venv --without-pip "$1"
exec python3 -m pip --python "$1/bin/python" install --no-cache-dir --require-hashes --only-binary :all: --requirement "$2"
