#!/bin/sh
# Installs Sakse and what it needs on a reviewer's laptop, from a stick, without any network; as root.
#   sh install.sh --signer SHA256:... STICK      the first time; the fingerprint is on your paper, never on the stick
#   sakse-update STICK                           later: the same, for the signer of the first time
set -eu
umask 022
SIGNED=sakse-update@v1 PLACE=/opt/sakse ETC=/etc/sakse
die() { echo "error: $1" >&2; exit 1; }

SIGNER=''
if [ "${1:-}" = --signer ] && [ $# -ge 2 ]; then SIGNER=$2; shift 2; fi
[ $# -eq 1 ] && [ -d "$1" ] || die "name the folder of the stick: install.sh [--signer SHA256:...] STICK"
[ "$(id -u)" -eq 0 ] || die "installing needs root; run this with sudo."
[ "$(wc -l < /proc/net/route)" -le 1 ] || die "this laptop is on a network; pull the cable, switch every radio off, and try again."
if [ -z "$SIGNER" ] && [ -f "$ETC/signer" ]; then SIGNER=$(cat "$ETC/signer"); fi
if [ -z "$SIGNER" ]; then printf 'Fingerprint of the signer, from your paper (SHA256:...): '; read -r SIGNER; fi

# A stick can show one thing to who checks it and another to who installs it: so it is copied first.
WORK=$(mktemp -d /var/tmp/sakse.XXXXXXXX)
NEW=''
trap 'rm -rf "$WORK" ${NEW:+"$NEW"}' EXIT
chmod 755 "$WORK"  # apt reads it as a user of its own
echo "copying the stick"
cp -r "$1" "$WORK/stick"
chmod -R u+rwX,go+rX,go-w "$WORK/stick"
cd "$WORK/stick"

[ -f SHA256SUMS ] && [ -f SHA256SUMS.sig ] || die "this is no install stick of Sakse: it has no SHA256SUMS with a signature."
SAID=$(ssh-keygen -Y check-novalidate -n "$SIGNED" -s SHA256SUMS.sig < SHA256SUMS 2>/dev/null) ||
    die "the signature of this stick is broken; do not use it, and ask for another."
[ "${SAID##* }" = "$SIGNER" ] ||
    die "this stick is signed by ${SAID##* }, not by $SIGNER; do not use it, and ask who made it."
[ -z "$(find . ! -type f ! -type d)" ] || die "this stick holds something that is no file; do not use it, and ask for another."
find . -type f ! -path ./SHA256SUMS ! -path ./SHA256SUMS.sig | LC_ALL=C sort > "$WORK/found"
cut -c67- SHA256SUMS | LC_ALL=C sort > "$WORK/named"
ODD=$(LC_ALL=C comm -3 "$WORK/found" "$WORK/named" | tr -d '\t' | head -n 1)
[ -z "$ODD" ] || die "$ODD is missing on this stick, or nobody signed it; do not use it, and ask for another."
sha256sum --check --strict --status SHA256SUMS ||
    die "a file of this stick was changed or is damaged: $(sha256sum --check SHA256SUMS 2>/dev/null | sed -n 's/: FAILED.*//p' | head -n 1); copy the stick again."
TIME=$(cut -d' ' -f1 release)
OLD=$(cat "$PLACE/current/release" 2>/dev/null || echo 0)
[ "$TIME" -ge "${OLD%% *}" ] ||
    die "this stick is of $(date -u -d "@$TIME" +%F), older than what is installed; ask for the newest."
echo "the stick is whole and signed by $SIGNER"

echo "installing Debian packages"
mkdir -p "$WORK/lists/partial" "$WORK/cache/archives/partial"
echo "deb [signed-by=$WORK/stick/debian/keyring.gpg] file:$WORK/stick/debian ./" > "$WORK/sources"
export DEBIAN_FRONTEND=noninteractive
apt_get() {
    apt-get -qq -o Dir::Etc::SourceList="$WORK/sources" -o Dir::Etc::SourceParts=- -o Dir::State::Lists="$WORK/lists" \
        -o Dir::Cache="$WORK/cache" -o Acquire::Check-Date=false -o Acquire::Languages=none -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confold "$@"
}
{
    apt_get update &&
        # shellcheck disable=SC2046 # one word a package
        apt_get install --yes --no-install-recommends $(sed 's/#.*//' packages.txt) &&
        apt_get upgrade --yes --with-new-pkgs
} > "$WORK/apt.log" 2>&1 || { tail -n 5 "$WORK/apt.log" >&2; die "apt did not install the packages; the lines above say why."; }

echo "installing Sakse"
mkdir -p "$PLACE"
NEW=$(mktemp -d "$PLACE/$TIME.XXXX")
chmod 755 "$NEW"
mkdir "$NEW/src"
tar -C "$NEW/src" --no-same-owner -xf sakse.tar
cp release "$NEW/release"
python3 -m venv "$NEW/venv"
pip() { "$NEW/venv/bin/pip" --isolated --quiet --disable-pip-version-check install --no-index --find-links wheelhouse "$@"; }
for machine in build laptop; do
    pip --only-binary :all: --require-hashes --requirement "$NEW/src/requirements-$machine.txt" ||
        die "a Python package on this stick is not the locked one; do not use it, and ask for another."
done
pip --no-deps --no-build-isolation --editable "$NEW/src"
"$NEW/venv/bin/python" -m compileall -q "$NEW/src" >/dev/null
"$NEW/venv/bin/sakse-review" --help >/dev/null || die "sakse-review does not start; keep this stick and ask for help."

# From here on nothing can fail half-way: the link is the installation.
BEFORE=$(readlink "$PLACE/current" || true)
ln -sfn "$NEW" "$PLACE/.current"
mv -T "$PLACE/.current" "$PLACE/current"
NEW=''
for name in sakse-review sakse-keys sakse-verify; do ln -sf "$PLACE/current/venv/bin/$name" "/usr/local/bin/$name"; done
ln -sf "$PLACE/current/src/deploy/laptop/install.sh" /usr/local/sbin/sakse-update
mkdir -p "$ETC" /media/sakse-in /media/sakse-out
echo "$SIGNER" > "$ETC/signer"
grep -q '^LABEL=SAKSE-IN ' /etc/fstab 2>/dev/null || grep -v '^#' "$PLACE/current/src/deploy/laptop/fstab" >> /etc/fstab
mkdir -p /etc/udev/rules.d
cp "$PLACE/current/src/deploy/laptop/90-sakse.rules" /etc/udev/rules.d/
case $BEFORE in "$PLACE"/*) rm -rf "$BEFORE" ;; esac

echo "Sakse of $(date -u -d "@$TIME" +%F) is installed in $PLACE, with $(find debian -name '*.deb' | wc -l) Debian packages at hand:"
echo "  commands sakse-review, sakse-keys, sakse-verify; sakse-update for the next stick, signed by $SIGNER"
echo "  sticks labelled SAKSE-IN are mounted read-only at /media/sakse-in, SAKSE-OUT at /media/sakse-out; no other by itself"
if [ "$(wc -l < /proc/swaps)" -gt 1 ]; then echo "warning: swap is on; unless it is encrypted, what is in memory comes to lie readable on the disk." >&2; fi
