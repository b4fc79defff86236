"""A laptop is installed from a stick, in a fresh Debian without any network; a stick that was touched is refused.

The stick is a real one but for a shorter list of Debian packages (81 with what they depend on,
instead of 492): what a laptop needs in full is 0.6 GB, and was built and installed by hand.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from reviewer import sticks

ROOT = Path(__file__).resolve().parents[2]
LAPTOP = ROOT / "deploy/laptop"
MIRROR = "http://deb.debian.org/debian"
# One with an epoch in its version, one that brings a program the fresh Debian lacks.
PACKAGES = "bubblewrap  # a sandbox\nopenssh-client\npython3-venv\nqpdf\n"
ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}

LAPTOP_ROOM = """
set -e
mount --make-rprivate /
mount -t tmpfs room "$1"
mkdir "$1/up" "$1/work" "$1/all"
mount -t overlay -o "lowerdir=$2,upperdir=$1/up,workdir=$1/work" overlay "$1/all"
mkdir "$1/all/media/stick"
mount --bind "$3" "$1/all/media/stick"
mount -t proc proc "$1/all/proc"
mount --rbind /dev "$1/all/dev"
exec chroot "$1/all" sh -c "$4" sh "$5"
"""


def key(path: Path) -> str:
    """Make an SSH key and return its fingerprint."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "invented", "-f", path], check=True)
    said = subprocess.run(["ssh-keygen", "-lf", path], capture_output=True, text=True, check=True)
    return said.stdout.split()[1]


@dataclass(frozen=True)
class Laptop:
    """A fresh Debian, a good stick and its signer; each run begins with the fresh Debian again."""

    folder: Path
    signer: str

    @property
    def key(self) -> Path:
        return self.folder / "key"

    def run(self, stick: Path, program: str, signer: str = "") -> subprocess.CompletedProcess[str]:
        """Run a shell program on the laptop with the stick at /media/stick; $1 is the signer."""
        room = self.folder / "room"
        room.mkdir(exist_ok=True)
        line = ["unshare", "-nm", "sh", "-c", LAPTOP_ROOM, "sh", room, self.folder / "debian", stick, program]
        return subprocess.run([*line, signer or self.signer], env=ENVIRONMENT, capture_output=True, text=True)

    def copy(self, name: str) -> Path:
        stick = self.folder / name
        shutil.copytree(self.folder / "stick", stick)
        return stick

    def sign(self, stick: Path, by: Path | None = None, namespace: str = "sakse-update@v1") -> None:
        """Sign what is on a stick now, as its maker would."""
        (stick / "SHA256SUMS.sig").unlink(missing_ok=True)
        find = "find . -type f ! -path ./SHA256SUMS | LC_ALL=C sort | xargs -d '\\n' sha256sum > SHA256SUMS"
        subprocess.run(["sh", "-c", find], cwd=stick, check=True)
        line = ["ssh-keygen", "-q", "-Y", "sign", "-f", by or self.key, "-n", namespace, "SHA256SUMS"]
        subprocess.run(line, cwd=stick, check=True, stderr=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def laptop(tmp_path_factory) -> Laptop:
    if os.geteuid() != 0:
        pytest.skip("a fresh Debian in a folder (debootstrap) needs root: not checked")
    folder = tmp_path_factory.mktemp("laptop")
    debian = ["debootstrap", "--variant=minbase", "--include=openssh-client", "bookworm"]
    made = subprocess.run([*debian, folder / "debian", MIRROR], capture_output=True, text=True)
    assert made.returncode == 0, made.stdout[-2000:]
    signer = key(folder / "key")
    (folder / "packages.txt").write_text(PACKAGES)
    build = ["sh", LAPTOP / "build-stick.sh", "--key", folder / "key", "--out", folder / "stick"]
    done = subprocess.run([*build, "--packages", folder / "packages.txt"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith(f"paper that goes with the stick: {signer}\n")
    return Laptop(folder, signer)


INSTALL = "sh /media/stick/install.sh --signer $1 /media/stick"
SEE = """
for name in bwrap qpdf sakse-review sakse-keys sakse-verify sakse-update; do command -v $name; done
sakse-review --help >/dev/null && sakse-keys --help >/dev/null && sakse-verify --help >/dev/null
echo '{"id": "1", "text": "They took U Tun Tun."}' > /tmp/in
sakse-review suggest --jsonl /tmp/in --out /tmp/out && cat /tmp/out
cd / && /opt/sakse/current/venv/bin/python -c '
import pkgutil, envelope, keys, release, reviewer
for room in (envelope, keys, release, reviewer):
    for module in pkgutil.walk_packages(room.__path__, room.__name__ + "."):
        __import__(module.name)
print("every module loads")'
/opt/sakse/current/venv/bin/python -m pip freeze --exclude-editable
ls /opt/sakse /opt/sakse/current/src /var/tmp
cat /etc/sakse/signer /etc/fstab
"""


@pytest.mark.long
def test_a_laptop_without_a_network_is_installed_and_updated_from_a_stick(laptop):
    """The first time by the lines a person types before anything of the stick runs."""
    (lines,) = re.findall(r"(?s)```sh\n( +cp -r .*?)```", (LAPTOP / "README.md").read_text())
    typed = f"{{\n{lines.replace('SHA256:...', laptop.signer)}}} >&2; rm -r /var/tmp/stick; {SEE}"
    program = f"command -v bwrap; set -e; {typed} echo AGAIN; sakse-update /media/stick >&2; {SEE}"
    done = laptop.run(laptop.folder / "stick", program)
    assert done.returncode == 0, done.stderr
    good = f'Good "sakse-update@v1" signature with ED25519 key {laptop.signer}\ncopying the stick\n'
    assert good in done.stderr  # sha256sum says nothing
    assert done.stderr.count(f"the stick is whole and signed by {laptop.signer}\n") == 2
    first, again = done.stdout.split("AGAIN\n")
    assert first.splitlines()[:2] == ["/usr/bin/bwrap", "/usr/bin/qpdf"]
    assert '"label": "PERSON"' in first and "every module loads\n" in first
    locked = re.findall(r"(?m)^([a-z-]+==\S+) ", (ROOT / "requirements-laptop.txt").read_text())
    installed = {line.lower().replace("_", "-") for line in first.splitlines() if "==" in line}
    assert set(locked) <= installed
    assert not {"intake", "field", "tests"} & set(first.splitlines())
    assert f"\n{laptop.signer}\n" in first and first.count("LABEL=SAKSE-IN ") == 1
    differ = re.compile(r"(?m)^\d+\.\w{4}$")  # the folder of the one installation there is
    assert len(differ.findall(first)) == len(differ.findall(again)) == 1
    assert differ.sub("", first) == differ.sub("", again)


def flip(pattern: str) -> Callable[[Path], None]:
    """Change one bit in the middle of a file."""

    def change(stick: Path) -> None:
        path = sorted(stick.glob(pattern))[0]
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)

    return change


def by_another(laptop: Laptop) -> Callable[[Path], None]:
    def change(stick: Path) -> None:
        if not (laptop.folder / "other").exists():
            key(laptop.folder / "other")
        laptop.sign(stick, laptop.folder / "other")

    return change


TOUCHED = {
    "a wheel": (flip("wheelhouse/click*"), "changed or is damaged: ./wheelhouse/click"),
    "a Debian package": (flip("debian/qpdf*"), "changed or is damaged: ./debian/qpdf"),
    "what Sakse is": (flip("sakse.tar"), "changed or is damaged: ./sakse.tar"),
    "the list": (flip("packages.txt"), "changed or is damaged: ./packages.txt"),
    "the sums": (flip("SHA256SUMS"), "signature of this stick is broken"),
    "the signature": (flip("SHA256SUMS.sig"), "signature of this stick is broken"),
    "one more": (lambda stick: (stick / "wheelhouse/more.whl").write_bytes(b"x"), "./wheelhouse/more.whl is missing on this stick, or nobody"),
    "one in disguise": (lambda stick: (stick / "debian/SHA256SUMS.sig").write_bytes(b"x"), "./debian/SHA256SUMS.sig is"),
    "one less": (lambda stick: (stick / "debian/InRelease").unlink(), "./debian/InRelease is missing"),
    "a link": (lambda stick: (stick / "link").symlink_to("/etc/passwd"), "something that is no file"),
    "no signature": (lambda stick: (stick / "SHA256SUMS.sig").unlink(), "no install stick"),
}
# What a stick that is refused must leave behind: nothing.
NOTHING = "; code=$?; ls -A /opt /var/tmp /etc/sakse 2>/dev/null; command -v bwrap; exit $code"


def refusal(laptop: Laptop, stick: Path, program: str = INSTALL, **given: str) -> str:
    done = laptop.run(stick, program + NOTHING, **given)
    shutil.rmtree(stick, ignore_errors=True)
    left = [line for line in done.stdout.splitlines() if not line.startswith(("copying", "the stick is", "installing"))]
    assert done.returncode == 1 and left == ["/opt:", "", "/var/tmp:"], done.stdout
    return done.stderr


@pytest.mark.long
@pytest.mark.parametrize("what", TOUCHED)
def test_a_stick_that_was_touched_is_refused_and_nothing_is_installed(laptop, what):
    change, sentence = TOUCHED[what]
    stick = laptop.copy("touched")
    change(stick)
    said = refusal(laptop, stick)
    assert said.startswith("error: ") and sentence in said and said.count("\n") == 1


@pytest.mark.long
def test_a_stick_of_another_signer_or_for_another_purpose_is_refused(laptop):
    other = key(laptop.folder / "other")
    stick = laptop.copy("other-stick")
    laptop.sign(stick, laptop.folder / "other")
    assert f"signed by {other}, not by {laptop.signer}" in refusal(laptop, stick)
    stick = laptop.copy("other-stick")
    laptop.sign(stick, namespace="sakse-release@v1")
    assert "signature of this stick is broken" in refusal(laptop, stick)


@pytest.mark.long
def test_whoever_signs_a_stick_still_can_not_slip_in_another_python_package(laptop):
    """The lock file of the release names each wheel by hash."""
    stick = laptop.copy("signed")
    flip("wheelhouse/tqdm*")(stick)
    laptop.sign(stick)
    done = laptop.run(stick, f"{INSTALL}; echo $?; ls /opt/sakse")
    shutil.rmtree(stick)
    assert done.stderr.endswith("error: a Python package on this stick is not the locked one; do not use it, and ask for another.\n")
    assert done.stdout.endswith("installing Sakse\n1\n")


@pytest.mark.long
@pytest.mark.parametrize("pattern", ["debian/qpdf*", "debian/InRelease", "debian/Packages"])
def test_apt_itself_refuses_a_package_that_its_signed_list_does_not_name(laptop, pattern):
    stick = laptop.copy("signed")
    flip(pattern)(stick)
    laptop.sign(stick)
    done = laptop.run(stick, f"{INSTALL}; echo $?; command -v qpdf; ls /opt")
    shutil.rmtree(stick)
    assert "error: apt did not install the packages" in done.stderr
    assert done.stdout.endswith("installing Debian packages\n1\n")


@pytest.mark.long
def test_an_older_stick_is_refused_by_a_laptop_that_has_a_newer_one(laptop):
    older = "mkdir -p /opt/sakse/x; echo 99999999999 none > /opt/sakse/x/release; ln -s x /opt/sakse/current; "
    done = laptop.run(laptop.folder / "stick", older + INSTALL)
    assert done.returncode == 1 and "older than what is installed" in done.stderr


@pytest.mark.long
def test_nothing_is_installed_on_a_network_or_without_root(laptop):
    up = "ip link add v0 type veth peer name v1; ip link set v0 up; ip addr add 192.0.2.1/24 dev v0; "
    room = LAPTOP_ROOM.replace("set -e\n", f"set -e\n{up}\n", 1)
    line = ["unshare", "-nm", "sh", "-c", room, "sh", laptop.folder / "room", laptop.folder / "debian"]
    (laptop.folder / "room").mkdir(exist_ok=True)
    line += [laptop.folder / "stick", INSTALL, laptop.signer]
    done = subprocess.run(line, env=ENVIRONMENT, capture_output=True, text=True)
    assert done.returncode == 1 and "is on a network" in done.stderr
    drop = INSTALL.replace("sh /media", "setpriv --reuid 65534 sh /media")
    assert "needs root" in laptop.run(laptop.folder / "stick", drop).stderr


# --- what the files beside it say


def test_the_mount_options_of_an_in_stick_are_those_that_import_asks_for(tmp_path):
    rows = [line.split() for line in (LAPTOP / "fstab").read_text().splitlines() if line.startswith("LABEL")]
    options = {row[0]: row[3].split(",") for row in rows}
    assert set(sticks.IN_OPTIONS) <= set(options["LABEL=SAKSE-IN"])
    assert {"rw", "noexec", "nosuid", "nodev"} <= set(options["LABEL=SAKSE-OUT"])
    checked = subprocess.run(
        ["findmnt", "--fstab", "--tab-file", LAPTOP / "fstab", "--evaluate", "-n", "-o", "TARGET"],
        capture_output=True, text=True,
    )  # fmt: skip
    assert checked.stdout.split() == ["/media/sakse-in", "/media/sakse-out"], checked.stderr


def test_every_package_of_the_laptop_has_a_line_of_why():
    lines = (LAPTOP / "packages.txt").read_text().splitlines()
    rows = [line for line in lines if not line.startswith("#")]
    names = [row.split()[0] for row in rows]
    assert len(names) > 10 and names == sorted(names)
    assert all(re.fullmatch(r"[a-z0-9+.-]+ +# .{8,}", row) for row in rows)


@pytest.mark.parametrize("given", [[], ["--key", "no-such-key", "--out", "new"], ["--key", "README.md"], ["--out"]])
def test_a_stick_is_not_begun_without_a_key_and_a_folder(given):
    done = subprocess.run(["sh", LAPTOP / "build-stick.sh", *given], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (64, "") and done.stderr.count("\n") == 1
    assert not (ROOT / "new").exists()


def test_a_stick_is_never_built_over_another(tmp_path):
    (tmp_path / "key").write_text("invented")
    line = ["sh", LAPTOP / "build-stick.sh", "--key", tmp_path / "key", "--out", tmp_path]
    done = subprocess.run(line, capture_output=True, text=True)
    assert done.returncode == 1 and "is there already" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_no_key_lies_in_the_repository():
    found = subprocess.run(["git", "grep", "-lE", "BEGIN (OPENSSH|PGP) PRIVATE"], cwd=ROOT, capture_output=True, text=True)
    assert set(found.stdout.split()) <= {"tests/scenarios/test_install.py"}
