#!/usr/bin/env bash
# bench/peers/install.sh [VENV]   the pinned Python peers in a virtual environment of their own (out/peers); prints its python
set -euo pipefail
cd "$(dirname "$0")/../.."
venv=${1:-out/peers}
stamp="$venv/installed.txt"
if ! cmp -s bench/peers/requirements.txt "$stamp"; then
  "${PYTHON:-python3}" -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r bench/peers/requirements.txt >&2
  cp bench/peers/requirements.txt "$stamp"
fi
echo "$venv/bin/python"
