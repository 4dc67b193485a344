#!/bin/sh
# Make the virtual environment with the first Python >= 3.11 found, or say what is missing.
set -eu
venv=$1

for python in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        found=$python
        break
    fi
done
if [ -z "${found:-}" ]; then
    echo "Python 3.11 or newer is needed: install it, or name it: make demo PYTHON=/path/to/python3" >&2
    exit 1
fi
if ! "$found" -c 'import ensurepip, venv' 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq && apt-get install -qq -y python3-venv >/dev/null
    else
        echo "Python's venv module is missing: install it (Debian: apt-get install python3-venv)." >&2
        exit 1
    fi
fi
"$found" -m venv "$venv"
