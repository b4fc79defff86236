from __future__ import annotations

import subprocess

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from envelope import sshsig
from envelope.errors import SignatureError

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
RAW = KEY.public_key().public_bytes_raw()
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()
MESSAGE = b"invented message"
SIGNATURE = sshsig.sign(KEY, sshsig.RELEASE, MESSAGE)


def test_ssh_keygen_accepts_our_signature_and_only_for_its_purpose(tmp_path):
    (tmp_path / "signers").write_text(sshsig.allowed_signers([("r1", RAW, sshsig.RELEASE)]))
    (tmp_path / "sig").write_bytes(SIGNATURE)

    def keygen(namespace):
        command = ["ssh-keygen", "-Y", "verify", "-f", tmp_path / "signers", "-I", "r1", "-n", namespace, "-s", tmp_path / "sig"]
        return subprocess.run(command, input=MESSAGE, capture_output=True).returncode

    assert keygen(sshsig.RELEASE) == 0
    assert keygen(sshsig.LOG) != 0


def test_we_accept_ssh_keygens_signature(tmp_path):
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "k"], check=True)
    (tmp_path / "m").write_bytes(MESSAGE)
    subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-f", tmp_path / "k", "-n", sshsig.LOG, tmp_path / "m"], check=True, capture_output=True)
    raw = sshsig.parse_public((tmp_path / "k.pub").read_text())
    assert sshsig.verify((tmp_path / "m.sig").read_bytes(), sshsig.LOG, MESSAGE, {raw}) == raw


def test_every_single_bit_flip_of_a_signature_is_refused():
    for at in range(len(SIGNATURE)):
        for bit in range(8):
            changed = bytearray(SIGNATURE)
            changed[at] ^= 1 << bit
            with pytest.raises(SignatureError):
                sshsig.verify(bytes(changed), sshsig.RELEASE, MESSAGE, {RAW})


def test_another_message_purpose_or_key_is_refused():
    with pytest.raises(SignatureError, match="does not fit"):
        sshsig.verify(SIGNATURE, sshsig.RELEASE, MESSAGE + b"!", {RAW})
    with pytest.raises(SignatureError, match="another purpose"):
        sshsig.verify(SIGNATURE, sshsig.APPROVAL, MESSAGE, {RAW})
    with pytest.raises(SignatureError, match="may not sign"):
        sshsig.verify(SIGNATURE, sshsig.RELEASE, MESSAGE, {OTHER})
    with pytest.raises(SignatureError, match="may not sign"):
        sshsig.verify(SIGNATURE, sshsig.RELEASE, MESSAGE, set())


def test_a_signature_with_more_lines_or_windows_line_ends_is_refused():
    for changed in (SIGNATURE + b"\n", SIGNATURE.replace(b"\n", b"\r\n"), SIGNATURE[:-1], b" " + SIGNATURE, b""):
        with pytest.raises(SignatureError):
            sshsig.verify(changed, sshsig.RELEASE, MESSAGE, {RAW})


@given(st.binary(max_size=400))
def test_any_bytes_between_the_lines_are_refused_with_a_sentence(body):
    data = b"-----BEGIN SSH SIGNATURE-----\n" + body + b"-----END SSH SIGNATURE-----\n"
    with pytest.raises(SignatureError, match=r"\.$"):
        sshsig.verify(data, sshsig.RELEASE, MESSAGE, {RAW})


@given(st.binary(min_size=32, max_size=32))
def test_a_public_line_reads_back(raw):
    assert sshsig.parse_public(sshsig.public_line(raw, "a comment")) == raw


@pytest.mark.parametrize("line", ["", "ssh-rsa AAAA", "ssh-ed25519", "ssh-ed25519 AAAA", "ssh-ed25519 !!!"])
def test_another_kind_of_line_is_refused(line):
    with pytest.raises(SignatureError):
        sshsig.parse_public(line)


def test_a_fingerprint_can_be_typed_with_spaces_and_in_myanmar_digits():
    text = sshsig.fingerprint(RAW)
    assert len(text.split("-")) == 8
    spaced = text.replace("-", "  ")
    burmese = "".join(chr(0x1040 + int(c)) if c.isdigit() else c for c in text)
    assert sshsig.normalise_fingerprint(spaced) == sshsig.normalise_fingerprint(burmese) == text
    for wrong in ("", "12345", text[:-1], text + "1", text.replace(text[0], "x")):
        with pytest.raises(SignatureError):
            sshsig.normalise_fingerprint(wrong)


def test_the_fingerprint_is_the_published_one_of_a_known_key():
    # First 16 bytes of SHA-256 over the SSH blob, taken from `ssh-keygen -lf` (base64) by hand.
    line = sshsig.public_line(RAW)
    out = subprocess.run(["ssh-keygen", "-lf", "-"], input=line.encode(), capture_output=True, check=True).stdout.decode()
    import base64

    digest = base64.b64decode(out.split()[1].removeprefix("SHA256:") + "=")
    expected = "-".join(f"{digest[i] << 8 | digest[i + 1]:05d}" for i in range(0, 16, 2))
    assert sshsig.fingerprint(RAW) == expected
