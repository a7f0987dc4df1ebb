#!/usr/bin/env bash
# Chromium for the browser tests: Debian's, because Playwright's own download is often out of reach.
set -euo pipefail
for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null && exit 0
done
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo "Chromium tidak ada, padahal uji peramban memerlukannya." >&2
  echo "Pasang dahulu, misalnya: sudo apt-get install chromium; lalu jalankan lagi." >&2
  exit 1
fi
echo "Memasang Chromium …"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends chromium >/dev/null
