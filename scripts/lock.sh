#!/usr/bin/env bash
# Write requirements/*.lock anew from pyproject.toml: exact versions and hashes for every platform and Python >= 3.11,
# and no word about where they were fetched from. Run by `make lock`, which installs uv beside the environment.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
uv=${UV:-uv}

lock() {
    local file=requirements/$1.lock
    shift
    "$uv" pip compile pyproject.toml "$@" --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-header --no-config --no-annotate --quiet --output-file "$file"
}

lock dev --extra site --extra air --extra cluster --extra plots --extra test --extra dev --extra docs "${@}"
# The smaller sets take the same versions.
lock site --extra site --constraint requirements/dev.lock
lock demo --extra site --extra build --constraint requirements/dev.lock
lock postgres --extra postgres --constraint requirements/dev.lock
