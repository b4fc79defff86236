#!/bin/sh
# The laptop's install stick, built on Debian 12 with a network: sh deploy/laptop/build-stick.sh --key KEY --out DIR
# `make stick` calls it. KEY is an OpenSSH private key (ssh-keygen -t ed25519); the repository holds none.
set -eu
umask 022
HERE=$(cd "$(dirname "$0")/../.." && pwd)
KEY='' OUT='' LIST=$HERE/deploy/laptop/packages.txt
while [ $# -gt 1 ]; do
    case $1 in
        --key) KEY=$2 ;;
        --out) OUT=$2 ;;
        --packages) LIST=$2 ;;  # another list, for tests
        *) break ;;
    esac
    shift 2
done
[ $# -eq 0 ] && [ -f "$KEY" ] && [ -f "$LIST" ] && [ -n "$OUT" ] ||
    { echo "error: name an SSH key that is there, and a new folder: --key KEY --out DIR" >&2; exit 64; }
KEY=$(realpath "$KEY") OUT=$(realpath -m "$OUT") LIST=$(realpath "$LIST")
[ ! -e "$OUT" ] || { echo "error: $OUT is there already; name a new folder." >&2; exit 1; }
cd "$HERE"
git diff --quiet HEAD || echo "warning: this checkout has changes that are not committed" >&2
mkdir -p "$OUT/debian" "$OUT/wheelhouse"
WORK=$(mktemp -d)
trap 'gpgconf --homedir "$WORK/gpg" --kill all 2>/dev/null || true; rm -rf "$WORK"' EXIT

echo "Sakse: what the laptop runs, and no room that opens a connection"
TIME=$(git log -1 --format=%ct)
git ls-files -z envelope keys reviewer release templates browser/dist deploy/laptop doc LICENSE README.md CHANGELOG.md \
    pyproject.toml requirements-laptop.txt requirements-build.txt |
    tar --null --files-from=- --sort=name --mtime="@$TIME" --owner=0 --group=0 --numeric-owner -cf "$OUT/sakse.tar"
cp deploy/laptop/install.sh "$OUT/"
cp "$LIST" "$OUT/packages.txt"
echo "$TIME $(git rev-parse HEAD)" > "$OUT/release"

echo "Python packages: the locked files, each by hash, nothing built here"
for machine in build laptop; do
    .venv/bin/pip download -qq --disable-pip-version-check --no-deps --only-binary :all: --require-hashes \
        --dest "$OUT/wheelhouse" --requirement "requirements-$machine.txt"
done

echo "Debian packages: with all they depend on, whatever this machine has"
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
mkdir -p "$WORK/lists/partial" "$WORK/cache/archives/partial" "$WORK/gpg"
: > "$WORK/status"
cat > "$WORK/sources" <<SOURCES
deb [signed-by=$KEYRING] http://deb.debian.org/debian bookworm main
deb [signed-by=$KEYRING] http://deb.debian.org/debian bookworm-updates main
deb [signed-by=$KEYRING] http://deb.debian.org/debian-security bookworm-security main
SOURCES
apt_get() {
    apt-get -qq -o Dir::Etc::SourceList="$WORK/sources" -o Dir::Etc::SourceParts=- -o Dir::State::Lists="$WORK/lists" \
        -o Dir::State::Status="$WORK/status" -o Dir::Cache="$WORK/cache" -o APT::Sandbox::User=root \
        -o Acquire::Languages=none -o Debug::NoLocking=1 "$@"
}
apt_get update
# shellcheck disable=SC2046 # one word a package
apt_get install --yes --no-install-recommends --download-only $(sed 's/#.*//' "$LIST") >/dev/null
mv "$WORK"/cache/archives/*.deb "$OUT/debian/"

# apt knows OpenPGP only. This key lives as long as this run: the SSH signature below vouches for its public half.
# Its dates are old on purpose, since the clock of a laptop without a network can be behind.
sign() { gpg --homedir "$WORK/gpg" --batch --quiet --yes --faked-system-time 20200101T000000 "$@"; }
chmod 700 "$WORK/gpg"
sign --passphrase '' --quick-generate-key "Sakse stick" ed25519 sign never 2>/dev/null
cd "$OUT/debian"
apt-ftparchive packages . > Packages
apt-ftparchive -o APT::FTPArchive::Release::Suite=sakse release . > "$WORK/Release"
sign --clearsign --output InRelease "$WORK/Release"
sign --export > keyring.gpg

echo "Signature over every file"
cd "$OUT"
find . -type f ! -path ./SHA256SUMS | LC_ALL=C sort | xargs -d '\n' sha256sum > SHA256SUMS
ssh-keygen -q -Y sign -f "$KEY" -n sakse-update@v1 SHA256SUMS
echo "$(find . -name '*.deb' | wc -l) Debian and $(find . -name '*.whl' | wc -l) Python packages, $(du -sm . | cut -f1) MB in $OUT"
echo "signer, for the paper that goes with the stick: $(ssh-keygen -lf "$KEY" | cut -d' ' -f2)"
