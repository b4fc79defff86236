#!/bin/sh
# A drop on this machine with invented keys, for looking around; `make demo` calls it from the root of the checkout.
set -eu
umask 077
BIN=.venv/bin
export SAKSE_PASSPHRASE_FILE=demo/passphrase
EPOCH=$(date -u +%Y-%m)

if [ ! -e demo/config.toml ]; then
    echo "making a root, two reviewers and a legal team in demo/ (invented; never use these keys)"
    rm -rf demo
    mkdir -p demo/stick
    echo "demo passphrase, known to everyone" > demo/passphrase
    $BIN/sakse-keys root --out demo >/dev/null
    $BIN/sakse-keys new anna --out demo >/dev/null
    $BIN/sakse-keys new bran --out demo >/dev/null
    $BIN/sakse-keys new lawyers --legal iimm --out demo >/dev/null
    $BIN/sakse-keys new officer --protection --out demo >/dev/null
    ROOT=$($BIN/sakse-keys show demo/root.pub --json | $BIN/python -c 'import json, sys; print(json.load(sys.stdin)["fingerprint"])')
    cat > demo/config.new <<CONFIG
[drop]
state = "drop"
listen = "127.0.0.1:8000"
keyring = "keyring.json"
root = "$ROOT"

[page]
team = "Demo team (invented)"
CONFIG
    $BIN/sakse-intake init --config demo/config.new > demo/drop.pub
    mv demo/config.new demo/config.toml
fi
ROOT=$(sed -n 's/^root = "\(.*\)"$/\1/p' demo/config.toml)
if ! grep -q "\"epoch\":\"$EPOCH\"" demo/keyring.json 2>/dev/null; then
    rm -f demo/keyring.json demo/keyring.json.sig
    $BIN/sakse-keys keyring --root demo/root.identity --card demo/anna.card.json --card demo/bran.card.json --protection demo/officer.card.json \
        --drop demo/drop.pub --epoch "$EPOCH" --team "demo" --out demo/keyring.json >/dev/null
fi

cat <<NEXT

1. Be the witness: open http://127.0.0.1:8000/ in a browser and send an account.
2. Carry it, from a second terminal:
     .venv/bin/sakse-intake export --config demo/config.toml --to demo/stick
3. Be the reviewer, offline (unshare takes the network away from one command):
     export SAKSE_PASSPHRASE_FILE=demo/passphrase SAKSE_VAULT=demo/vault
     unshare -rn .venv/bin/sakse-review init --identity demo/anna.identity --keyring demo/keyring.json --root $ROOT
     unshare -rn .venv/bin/sakse-review import demo/stick/sakse-transfer-0001
     unshare -rn .venv/bin/sakse-review list

Ctrl-C ends the demo; demo/ keeps its keys and accounts until you delete it.

NEXT
exec $BIN/sakse-intake serve --config demo/config.toml
