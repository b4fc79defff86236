"""Read a vault of Sakse without Sakse, on an offline laptop.

Needs: PyNaCl.  Usage: python3 open_identity.py VAULT/vault.locked | python3 open_vault.py VAULT
Prints one JSON line a row: its table, its id, and its columns; file keys are in hex.
"""

import json
import sqlite3
import sys
from pathlib import Path

from nacl.secret import Aead

TABLES = {
    "testimonies": ("sha256", ("facts", "file_key", "document")),
    "reviews": ("sha256", ("review",)),
    "records": ("name", ("value",)),
}
aead = Aead(bytes.fromhex(json.load(sys.stdin)["vault_key"]))
database = sqlite3.connect(f"file:{Path(sys.argv[1]) / 'vault.db'}?mode=ro", uri=True)
for table, (key, columns) in TABLES.items():
    query = f"SELECT {key}, version, {', '.join(columns)} FROM {table} ORDER BY {key}"  # noqa: S608
    for row, version, *values in database.execute(query):
        shown = {"table": table, "id": row}
        for column, value in zip(columns, values, strict=True):
            if value is not None:
                place = json.dumps([table, column, row, version], separators=(",", ":")).encode()
                plain = aead.decrypt(value, place).rstrip(b"\0")[:-1]  # 0x80, then zeros
                shown[column] = plain.hex() if column == "file_key" else json.loads(plain)
        print(json.dumps(shown, ensure_ascii=False))  # noqa: T201
