"""The page's modules, run inside both browsers, agree with envelope/ to the byte."""

from __future__ import annotations

import base64
import io
import json
import random

import pytest

from envelope import archive, bech32, canonical, commit, header, padding, places, stream
from envelope.errors import FormatError
from envelope.form import load
from envelope.recipient import MLKEM_SIZE, parse_recipient
from envelope.seal import seal
from keys.agefile import open_file
from keys.identity import AgeIdentity
from tests.browser.drivers import Browser
from tests.browser.inside import inside, sealed_inside
from tests.browser.world import ROOT, Team

VECTORS = ROOT / "tests" / "vectors"
VECTOR = json.loads((VECTORS / "sr1.json").read_text())
SEED = bytes(range(32))
SIGNS = 'a "\\/\b\t\n\r\x00\x1f\x7fé<>&\u2028\u2029\ufeff\ufffdကေ့ာ်။🌧\U0010ffff?!.'
JS_SEED = "Uint8Array.from({ length: 32 }, (_, i) => i)"


def texts(count: int) -> list[str]:
    """Random texts of all kinds of characters, the same at every run."""
    chance = random.Random(7)
    return ["".join(chance.choices(SIGNS, k=chance.randrange(40))) for _ in range(count)]


def test_the_page_computes_the_root_of_the_sr1_vector(modules: Browser) -> None:
    js = f"""const {{ commit, bytes }} = sakse;
        const commitments = new commit.Commitments();
        commitments.seed = {JS_SEED};
        const rest = async () => {{}};
        const root = await commitments.root(arguments[0], rest);
        return [commitments.known.map((unit) => bytes.hex(unit.digest)), bytes.hex(root)];"""
    digests, root = modules.run_async(js, VECTOR["units"])
    assert digests == VECTOR["unit_digests"]
    assert root == VECTOR["root"]


def test_the_page_makes_the_units_of_the_whole_testimonys_vector(modules: Browser) -> None:
    vector = json.loads((VECTORS / "testimony.json").read_bytes())
    files = [unit for unit in vector["units"] if unit.startswith("sha256:")]
    js = "return sakse.commit.units(...arguments);"
    assert modules.run(js, list(load().fields), json.loads(vector["testimony"]), files) == vector["units"]


def test_cells_and_sentences_are_cut_as_in_python(modules: Browser) -> None:
    given = texts(60)
    key = commit.unit_key(SEED, 3)
    js = f"""const {{ commit }} = sakse; const key = commit.unitKey({JS_SEED}, 3);
        return arguments[0].map((text) => [[...commit.cells(key, text)], commit.splitNarrative(text)]);"""
    assert modules.run(js, given) == [
        [list(commit.cells(key, text)), commit.split_narrative(text)] for text in given
    ]


def test_an_attachments_unit_is_python_s(modules: Browser) -> None:
    sizes = [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1]
    js = """const out = [];
        for (const size of arguments[0]) {
            const hash = new sakse.commit.AttachmentUnit();
            const blob = new Blob([new Uint8Array(size).fill(65)]);
            for await (const piece of sakse.tar.pack([{ name: "a", blob, hash }], 0, async () => {}));
            out.push(hash.text());
        }
        return out;"""
    assert modules.run_async(js, sizes) == [commit.attachment_unit([b"A" * n]) for n in sizes]


def test_sha256_without_the_browsers_own_is_the_same(modules: Browser) -> None:
    js = """const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => i);
        const rest = async () => {};
        const own = await sakse.commit.digest(bytes, rest);
        Object.defineProperty(crypto, "subtle", { value: undefined, configurable: true });
        const noble = await sakse.commit.digest(bytes, rest);
        return [crypto.subtle === undefined, sakse.bytes.hex(own), sakse.bytes.hex(noble)];"""
    absent, own, noble = modules.run_async(js)
    assert absent
    assert own == noble


AEAD = """const [key, nonce, plain, noble] = [32, 12, given[0], given[0]].map((size) => crypto.getRandomValues(new Uint8Array(size)));
    noble.set(plain);
    const room = new Uint8Array(given[1] + plain.length + 16);
    const whole = room.subarray(given[1]);
    whole.set(plain);
    sakse.aead.encrypt(key, nonce, whole);
    return [sakse.bytes.hex(sakse.chacha20poly1305(key, nonce).encrypt(noble)), sakse.bytes.hex(whole)];"""


@pytest.mark.parametrize("size", [0, 1, 15, 16, 17, 31, 32, 63, 64, 65, 4096, 65535, 65536])
@pytest.mark.parametrize("offset", [0, 1, 16])
def test_bytes_encrypted_where_they_stand_are_noble_s_own(modules: Browser, size: int, offset: int) -> None:
    noble, own = inside(modules, AEAD, size, offset)
    assert own == noble
    assert len(own) == 2 * (size + 16)


def test_every_size_is_padded_to_the_bucket_python_pads_to(modules: Browser) -> None:
    sizes = [0, 1, *(b + d for b in padding.BUCKETS for d in (-1, 0, 1) if b + d <= padding.LARGEST)]
    found = modules.run("return arguments[0].map((size) => sakse.padding.bucket(size));", sizes)
    assert found == [padding.bucket(size) for size in sizes]


def test_what_is_larger_than_the_largest_bucket_is_refused(modules: Browser) -> None:
    js = "try { sakse.padding.bucket(arguments[0]); return ''; } catch (error) { return error.message; }"
    assert modules.run(js, padding.LARGEST + 1) == "too-large"
    assert modules.run(js, padding.LARGEST) == ""


def test_a_tar_header_is_python_s(modules: Browser) -> None:
    members = [("testimony.json", 7), ("attachments/01", 0), ("attachments/16", 100 << 20)]
    found = modules.run("return arguments[0].map((m) => sakse.bytes.hex(sakse.tar.header(...m)));", members)
    assert found == [archive._header(name, size).hex() for name, size in members]
    assert modules.run("return sakse.tar.packedSize([1, 512, 513]);") == sum(
        map(len, archive.pack([("a", b"1"), ("b", bytes(512)), ("c", bytes(513))]))
    )


def test_canonical_json_is_python_s(modules: Browser) -> None:
    value = {
        "texts": texts(60),
        "nested": {"z": [1, 0, -5, 2**53 - 1], "a": {"": None, "b": True}, "_": [], "A": {}},
    }
    text = modules.run("return sakse.testimony.canonical(arguments[0]);", value)
    assert text.encode() == canonical.dumps(value)


def test_lone_surrogates_are_replaced_before_anything_is_committed(modules: Browser) -> None:
    js = r"return sakse.bytes.wellFormed('a\ud800b\udc00\ud83c\udf27\udc00\ud83c') === 'a\ufffdb\ufffd\ud83c\udf27\ufffd\ufffd';"
    assert modules.run(js)


def test_numbers_are_read_in_myanmar_and_ascii_digits(modules: Browser) -> None:
    given = ["၂၀၂၅", " 007 ", "0", "000", "12", "1.5", "-3", "x"]
    found = modules.run("return arguments[0].map((text) => sakse.form.asciiNumber(text));", given)
    assert found == ["2025", "7", "0", "0", "12", "1.5", "-3", "x"]


def test_packed_places_are_read_as_in_python(modules: Browser) -> None:
    for lang in ("en", "my"):
        js = """return Object.fromEntries(Object.entries(arguments[0]).flatMap(([parent, names]) =>
            sakse.form.unpackPlaces(parent, names).map(({ code, label }) => [code, label])));"""
        found = modules.run(js, places.lists(lang))
        assert found == {c: n for part in ("state", "township", "tract") for c, n in places.names(part, lang).items()}
    assert modules.run("return sakse.form.unpackPlaces('MMR009', '');") == []


SEAL = """const sealing = new sakse.seal.Sealing(arguments[0]);
    sealing.write(new Uint8Array(arguments[1]));
    const sealed = sealing.end(new Uint8Array(32).fill(7));
    return sakse.bytes.base64(new Uint8Array(await sealed.arrayBuffer()));"""


def test_a_sealed_file_has_only_post_quantum_stanzas_and_one_commitment(modules: Browser, team: Team) -> None:
    recipients = [r.age for r in team.ring.recipients]
    sealed = base64.b64decode(modules.run_async(SEAL, recipients, 70000))
    parsed, _ = header.parse(sealed)
    header.require_pq(parsed, grease=True)
    assert header.grease_body(parsed) == bytes([7] * 32)
    assert sorted(len(s.type) for s in parsed.stanzas if header.is_grease(s)) == [len("12345678-grease")]
    for reviewer in team.reviewers:
        opened = open_file(io.BytesIO(sealed), [reviewer], testimony=True)
        assert b"".join(opened.chunks) == bytes(70000)


# Every random byte is a seven: what two programs draw is then the same.
SEVENS = """const [recipients, size] = given;
    crypto.getRandomValues = (array) => array.fill(7);
    const sealing = new sakse.seal.Sealing(recipients);
    for (let at = 0, step = 1; at < size; at += step, step += 4099) {
        sealing.write(Uint8Array.from({ length: Math.min(step, size - at) }, (_, i) => at + i));
    }
    return base64(sealing.end());"""


@pytest.mark.parametrize("size", [0, 1, 15, 16, 65535, 65536, 65537, 16 * 65536, 16 * 65536 + 1, 2_400_000])
def test_with_the_same_secrets_payload_and_mac_are_python_s_to_the_byte(
    modules: Browser, team: Team, size: int
) -> None:
    sealed = sealed_inside(modules, SEVENS, [r.age for r in team.ring.recipients], size)
    parsed, payload_at = header.parse(sealed)
    secret = bytes([7] * 16)
    assert parsed.mac == stream.header_mac(secret, parsed.mac_input())
    assert sealed[payload_at : payload_at + 16] == secret
    plain = bytes(n % 256 for n in range(size))
    expected = b"".join(stream.encrypt(stream.payload_key(secret, secret), [plain]))
    assert sealed[payload_at + 16 :] == expected
    for reviewer in team.reviewers:
        assert b"".join(open_file(io.BytesIO(sealed), [reviewer], testimony=False).chunks) == plain


CLASSICAL = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"


@pytest.mark.parametrize(
    "bad", [CLASSICAL, "", "age1pq1qqqq", "age1tagpq1qqqq", "AGE1PQ1QQQQ", "ssh-ed25519 AAAA", "twin", "none"]
)
def test_a_keyring_with_anything_but_different_post_quantum_recipients_is_refused(
    modules: Browser, team: Team, bad: str
) -> None:
    good = team.ring.recipients[0].age
    recipients = {"twin": [good, good], "none": []}.get(bad, [good, bad])
    with pytest.raises(RuntimeError, match="bad-keyring"):
        modules.run_async(SEAL, recipients, 10)


def test_a_recipient_with_one_changed_letter_is_refused(modules: Browser) -> None:
    good = AgeIdentity.generate().recipient
    changed = good[:500] + ("q" if good[500] != "q" else "p") + good[501:]
    with pytest.raises(RuntimeError, match="bad-keyring"):
        modules.run_async(SEAL, [changed], 10)


def broken(key: bytes) -> str:
    return bech32.encode("age1pq", key)


def test_what_is_written_like_a_recipient_but_is_no_key_is_refused(modules: Browser) -> None:
    good = AgeIdentity.generate().recipient
    key = parse_recipient(good)
    bad = {
        "whose first number is ML-KEM's modulus": broken(b"\x01\x0d" + key[2:]),
        "whose last number is ML-KEM's modulus": broken(key[:1150] + bytes([0x10, 0xD0]) + key[1152:]),
        "of low order": broken(key[:MLKEM_SIZE] + bytes(32)),
        "a byte short": broken(key[:-1]),
        "a byte long": broken(key + b"\0"),
        "of another prefix": bech32.encode("age1tagpq", key),
        "in capitals": good.upper(),
        "in both cases": good[:7] + good[7:].replace("q", "Q"),
        "with a space": good + " ",
        "with a line after it": good + "\n",
        "with an unused bit": unused_bit(key),
    }
    assert inside(modules, "new sakse.seal.Sealing(given); return true;", good)
    for name, text in bad.items():
        if name != "in capitals":
            with pytest.raises(FormatError):
                seal([b""], io.BytesIO(), [text], grease=None)
        with pytest.raises(RuntimeError, match="bad-keyring"):
            inside(modules, "new sakse.seal.Sealing(given);", text)
            pytest.fail(f"a recipient {name} was taken")


def unused_bit(key: bytes) -> str:
    """The key, well checksummed, with a one among the two bits that its last letter does not need."""
    values = bech32._regroup(key, 8, 5, pad=True)
    values[-1] |= 1
    tail = bech32._polymod([*bech32._expand("age1pq"), *values, *[0] * 6]) ^ 1
    letters = [*values, *((tail >> 5 * (5 - i)) & 31 for i in range(6))]
    return "age1pq1" + "".join(bech32._ALPHABET[v] for v in letters)


def test_a_recipient_is_read_to_python_s_bytes(modules: Browser) -> None:
    texts = [AgeIdentity.generate().recipient for _ in range(20)]
    found = inside(modules, "return given.map((text) => sakse.bytes.hex(sakse.recipient.parseRecipient(text)));", *texts)
    assert found == [parse_recipient(text).hex() for text in texts]


PACKED = """const blob = new Blob([new Uint8Array(given[0]).map((_, i) => i % 251)]);
    if (given[1]) Blob.prototype.stream = undefined; // as in a browser without byte streams
    const pieces = [];
    for await (const piece of sakse.tar.pack([{ name: "a", blob }], 7, async () => {})) pieces.push(piece.slice());
    return base64(new Blob(pieces));"""


@pytest.mark.parametrize("is_old", [False, True])
@pytest.mark.parametrize("size", [0, 1, 512, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3_000_000])
def test_an_archive_is_python_s_also_where_no_bytes_can_be_streamed(modules: Browser, size: int, is_old: bool) -> None:
    content = bytes(i % 251 for i in range(size))
    expected = b"".join(archive.pack([("a", content)])) + bytes(7)
    assert sealed_inside(modules, PACKED, size, is_old) == expected


def test_a_file_that_is_shorter_than_it_was_is_not_sealed(modules: Browser) -> None:
    js = """const blob = new Blob(["invented"]);
        Object.defineProperty(blob, "size", { value: 9 });
        for await (const piece of sakse.tar.pack([{ name: "a", blob }], 0, async () => {}));"""
    with pytest.raises(RuntimeError, match="unreadable"):
        inside(modules, js)
