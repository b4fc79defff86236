from __future__ import annotations

import dataclasses
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from envelope import bech32, canonical, keyring, sshsig
from envelope.errors import KeyringError


def _key(n):
    return Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32)


def _raw(n):
    return _key(n).public_key().public_bytes_raw()


def _age(n):
    return bech32.encode("age1pq", bytes([n]) * 1216)


ROOT = _key(9)
FINGERPRINT = sshsig.fingerprint(_raw(9))
GOOD = keyring.Keyring(
    serial=3, team="Invented team", epoch="2026-11", valid_from="2026-11-01", valid_until="2026-11-30",
    recipients=(keyring.Recipient("r1", _age(1), _raw(1)), keyring.Recipient("r2", _age(2), _raw(2))),
    protection=_age(3), drop=_raw(4), minimum_release="0.1.0",
)  # fmt: skip
DATA = keyring.encode(GOOD)


def test_a_keyring_reads_back_as_it_was_written():
    assert keyring.parse(DATA) == GOOD
    assert keyring.parse(keyring.encode(dataclasses.replace(GOOD, protection=None))).protection is None


def test_a_signed_keyring_loads_under_its_roots_fingerprint_only(tmp_path):
    path = tmp_path / "keyring.json"
    path.write_bytes(DATA)
    path.with_name("keyring.json.sig").write_bytes(sshsig.sign(ROOT, sshsig.KEYRING, DATA))
    assert keyring.load(path, FINGERPRINT) == GOOD
    with pytest.raises(KeyringError, match="another root"):
        keyring.load(path, sshsig.fingerprint(_raw(8)))
    path.with_name("keyring.json.sig").write_bytes(sshsig.sign(ROOT, sshsig.LOG, DATA))
    with pytest.raises(KeyringError, match="purpose"):
        keyring.load(path, FINGERPRINT)


@given(st.integers(0, len(DATA) - 1), st.integers(0, 7))
def test_any_changed_bit_is_refused(at, bit):
    changed = bytearray(DATA)
    changed[at] ^= 1 << bit
    with pytest.raises(KeyringError):
        keyring.verify(bytes(changed), sshsig.sign(ROOT, sshsig.KEYRING, DATA), FINGERPRINT)


@pytest.mark.parametrize(
    "change",
    [
        {"recipients": (GOOD.recipients[0], dataclasses.replace(GOOD.recipients[1], id="r1"))},
        {"recipients": (GOOD.recipients[0], dataclasses.replace(GOOD.recipients[1], age=_age(1)))},
        {"recipients": (GOOD.recipients[0], dataclasses.replace(GOOD.recipients[1], sign=_raw(1)))},
        {"recipients": ()},
        {"recipients": (dataclasses.replace(GOOD.recipients[0], id="Naw Ja"),)},
        {"recipients": (dataclasses.replace(GOOD.recipients[0], age=bech32.encode("age", bytes(32))),)},
        {"protection": _age(1)},
        {"drop": _raw(1)},
        {"epoch": "2026-13"},
        {"valid_until": "2026-10-31"},
        {"valid_from": "2026-11-1"},
        {"valid_from": "20261101"},
        {"serial": 0},
        {"team": ""},
        {"team": "a\nb"},
        {"minimum_release": "new"},
    ],
)
def test_a_keyring_that_could_mislead_is_refused(change):
    data = keyring.encode(dataclasses.replace(GOOD, **change))
    with pytest.raises(KeyringError, match=r"refused.*\.$"):
        keyring.parse(data)


@pytest.mark.parametrize("change", [{"extra": 1}, {"serial": True}, {"serial": "3"}, {"team": 1}, {"format": "v2"}, {"protection": 1}, {"recipients": [1]}, {"drop": "ssh-rsa A"}])
def test_other_json_is_refused(change):
    with pytest.raises(KeyringError):
        keyring.parse(canonical.dumps(json.loads(DATA) | change))


def test_the_roots_key_may_serve_no_other_role():
    for change in ({"drop": _raw(9)}, {"recipients": (keyring.Recipient("r1", _age(1), _raw(9)),)}):
        data = keyring.encode(dataclasses.replace(GOOD, **change))
        with pytest.raises(KeyringError, match="another role"):
            keyring.verify(data, sshsig.sign(ROOT, sshsig.KEYRING, data), FINGERPRINT)


@pytest.mark.parametrize("change", ["{} ", " {}", "{} a comment", "{}\n", "{} evil\n comment"])
def test_a_key_written_in_another_way_is_refused(change):
    value = json.loads(DATA)
    value["drop"] = change.format(value["drop"])
    with pytest.raises(KeyringError, match="usual way"):
        keyring.parse(canonical.dumps(value))
