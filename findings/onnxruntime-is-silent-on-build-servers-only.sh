#!/usr/bin/env bash
# ONNX Runtime 1.32 on Linux writes a device id under HOME when it is imported, but not where CI (or another variable of
# a build server) is set: a test in continuous integration that looks for such files finds none and proves nothing.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check onnxruntime==1.32.0 numpy==2.4.3

# files VARIABLE=VALUE...: how many files an import leaves in an empty home, with only these variables set.
files() {
    local home
    home=$(mktemp -d -p "$folder")
    env -i PATH="$PATH" HOME="$home" "$@" "$folder/venv/bin/python" -c 'import onnxruntime'
    find "$home" -type f | wc -l
}

"$folder/venv/bin/python" -c 'import onnxruntime; print("onnxruntime", onnxruntime.__version__)'
plain=$(files A=1)
server=$(files CI=true)
off=$(files ORT_DISABLE_TELEMETRY=1)
echo "files left in an empty home: $plain; with CI=true: $server; with ORT_DISABLE_TELEMETRY=1: $off"
if [[ $plain -gt 0 && $server == 0 && $off == 0 ]]; then
    echo "As found: what is tested on a build server is not what users run."
else
    echo "This has changed."
    exit 1
fi
