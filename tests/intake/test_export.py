"""A transfer is a bag anyone can check: every kept file, shuffled, numbered, signed by the drop."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from envelope import bag, canonical, sshsig
from envelope.keyring import parse
from intake import db, trust
from intake import export as exporting
from intake.errors import IntakeError
from intake.store import Store
from tests.intake.rig import Site, digest_of, joined_digest, look_alike, pieces, sealed, serving


def fill(site: Site, bodies: list[bytes]) -> None:
    store = Store(db.engine(site.config), site.config)
    for body in bodies:
        store.put_sealed(body, digest_of(body))
    store.close()


def transfer(site: Site, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return Path(site.command("export", "--to", str(folder)).stdout.strip())


@pytest.fixture
def filled(site: Site) -> tuple[Site, list[bytes]]:
    bodies = [look_alike() for _ in range(20)] + [sealed(size=500_000)]
    fill(site, bodies)
    return site, bodies


def test_a_transfer_holds_every_kept_file_byte_for_byte(filled, tmp_path: Path) -> None:
    site, bodies = filled
    found = transfer(site, tmp_path / "stick")
    assert found.name == "sakse-transfer-0001"
    files = {path.stem: path.read_bytes() for path in (found / "data" / "sealed").iterdir()}
    assert sorted(files.values()) == sorted(bodies)
    manifest = (found / "data" / "transfer.json").read_bytes()
    assert canonical.loads_canonical(manifest, what="it") == {
        "files": [
            {"id": name, "sha256": digest_of(data).hex(), "size": len(data)}
            for name, data in sorted(files.items())
        ],
        "format": "sakse-transfer@v1",
        "keyring_serial": 1,
        "number": 1,
    }


def test_a_transfer_is_a_bag_for_every_common_tool(filled, tmp_path: Path) -> None:
    site, _ = filled
    found = transfer(site, tmp_path / "stick")
    bag.validate(found)
    subprocess.run(
        [sys.executable, "-m", "bagit", "--validate", found], check=True, capture_output=True
    )
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        subprocess.run(
            ["sha256sum", "-c", "--strict", manifest], cwd=found, check=True, capture_output=True
        )
    assert re.fullmatch(r"Payload-Oxum: \d+\.22\n", (found / "bag-info.txt").read_text())


def test_the_drop_signs_the_transfer_as_ssh_keygen_verifies(filled, tmp_path: Path) -> None:
    site, _ = filled
    found = transfer(site, tmp_path / "stick")
    drop = parse((site.folder / "keyring.json").read_bytes()).drop
    assert bag.verify(found, sshsig.TRANSFER, {"drop": drop}) == {"drop": drop}
    allowed = tmp_path / "allowed"
    allowed.write_text(sshsig.allowed_signers([("drop", drop, sshsig.TRANSFER)]))
    command = ["ssh-keygen", "-Y", "verify", "-f", allowed, "-I", "drop", "-n", sshsig.TRANSFER,
               "-s", found / "tagmanifest-sha256.txt.drop.sig"]  # fmt: skip
    message = (found / "tagmanifest-sha256.txt").read_bytes()
    subprocess.run(command, input=message, check=True, capture_output=True)
    assert subprocess.run(command, input=message + b"x", capture_output=True).returncode != 0


def test_each_export_has_the_next_number_and_everything_again(filled, tmp_path: Path) -> None:
    site, bodies = filled
    first = transfer(site, tmp_path / "stick")
    fill(site, [look_alike()])
    second = transfer(site, tmp_path / "stick")
    assert (first.name, second.name) == ("sakse-transfer-0001", "sakse-transfer-0002")
    assert len(list((second / "data" / "sealed").iterdir())) == len(bodies) + 1


def test_files_are_written_in_no_order_that_tells_anything(
    filled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, _ = filled
    written: list[list[str]] = []
    copy = exporting._copy_one

    def note(connection, file, folder):
        written[-1].append(file.id.hex())
        return copy(connection, file, folder)

    monkeypatch.setattr(exporting, "_copy_one", note)
    (tmp_path / "stick").mkdir()
    for _ in range(2):
        written.append([])
        exporting.export(db.engine(site.config), tmp_path / "stick", trust.load(site.config).key, 1)
    assert sorted(written[0]) == sorted(written[1])
    assert written[0] != written[1]
    assert written[0] != sorted(written[0])


def test_no_time_of_day_is_on_the_stick(filled, tmp_path: Path) -> None:
    site, _ = filled
    found = transfer(site, tmp_path / "stick")
    assert {path.stat().st_mtime for path in [found, *found.rglob("*")]} == {0.0}
    assert "2026" not in (found / "bag-info.txt").read_text()


def test_unfinished_uploads_stay_and_a_drop_goes_on_serving(site: Site, tmp_path: Path) -> None:
    with serving(site) as running:
        client = running.client()
        body = sealed(size=300_000)
        upload = client.start(body)
        client.piece(upload, 0, pieces(body)[0])
        found = transfer(site, tmp_path / "stick")
        assert not (found / "data" / "sealed").exists()
        for n in (1, 2):
            assert client.piece(upload, n, pieces(body)[n]).status == 200
        assert client.done(upload, body).status == 200
        found = transfer(site, tmp_path / "stick")
        (file,) = (found / "data" / "sealed").iterdir()
        assert joined_digest(file.read_bytes()) == joined_digest(body)


def test_an_empty_drop_exports_a_valid_bag(site: Site, tmp_path: Path) -> None:
    found = transfer(site, tmp_path / "stick")
    bag.validate(found)
    subprocess.run(
        [sys.executable, "-m", "bagit", "--validate", found], check=True, capture_output=True
    )


def test_a_failed_export_leaves_nothing_on_the_stick(filled, tmp_path: Path, monkeypatch) -> None:
    site, _ = filled
    stick = tmp_path / "stick"
    stick.mkdir()

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "sync", fail)
    with pytest.raises(IntakeError, match="No space left"):
        exporting.export(db.engine(site.config), stick, trust.load(site.config).key, 1)
    assert list(stick.iterdir()) == []


def test_a_missing_stick_is_a_sentence(site: Site, tmp_path: Path) -> None:
    failed = site.command("export", "--to", str(tmp_path / "none"), check=False)
    assert failed.returncode == 1
    assert re.fullmatch(r"error: .*none is not a folder: name the mounted stick\.\n", failed.stderr)
    assert json.loads(site.command("status", "--json").stdout)["transfers"] == 0
