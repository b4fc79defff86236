#!/bin/sh
# Rebuilds dist/ from the locked packages and fails unless it is byte for byte what is committed.
set -eu
cd "$(dirname "$0")"
before=$(cat dist/* | sha256sum)
npm ci --ignore-scripts --no-audit --no-fund --silent
npm run --silent build
if [ "$before" != "$(cat dist/* | sha256sum)" ]; then
    echo "error: browser/dist is not what browser/src builds: look at 'git diff browser/dist' and commit it." >&2
    exit 1
fi
echo "browser/dist is what browser/src builds"
