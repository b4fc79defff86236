"""Open a locked file of Sakse (identity, root, vault) without Sakse, on an offline laptop.

Needs: argon2-cffi and PyNaCl.  Usage: python3 open_identity.py FILE > SECRET
"""

import getpass
import sys
import unicodedata
from pathlib import Path

from argon2.low_level import Type, hash_secret_raw
from nacl.secret import Aead

# sakse-locked@v1 KIND argon2id m=KIB t=PASSES p=LANES SALT LF  nonce (24) ciphertext tag (16)
line, body = Path(sys.argv[1]).read_bytes().split(b"\n", 1)
layout, kind, kdf, memory, passes, lanes, salt = line.decode("ascii").split(" ")
if (layout, kdf) != ("sakse-locked@v1", "argon2id"):
    sys.exit("error: This is not a locked file of Sakse; name another.")
passphrase = getpass.getpass(f"Passphrase of this {kind}: ")
key = hash_secret_raw(
    unicodedata.normalize("NFC", passphrase).encode(),
    bytes.fromhex(salt),
    memory_cost=int(memory.removeprefix("m=")),
    time_cost=int(passes.removeprefix("t=")),
    parallelism=int(lanes.removeprefix("p=")),
    hash_len=32,
    type=Type.ID,
)
sys.stdout.buffer.write(Aead(key).decrypt(body, line + b"\n"))
