#!/usr/bin/env bash
# Write the lock files anew: newest versions that setup.cfg allows, with the hash of every file.
set -euo pipefail
cd "$(dirname "$0")/.."
compile=(.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate)
"${compile[@]}" setup.cfg -o deploy/kunci.txt "$@"
"${compile[@]}" setup.cfg --extra uji --constraints deploy/kunci.txt -o deploy/kunci-uji.txt "$@"
rm -rf pamong.egg-info
