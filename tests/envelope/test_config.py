"""Settings: every one documented, everything unknown or malformed refused by name."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envelope import config
from envelope.errors import ConfigError

EXAMPLE = Path(__file__).resolve().parents[2] / "config.example.toml"


def parse(text: str) -> config.Config:
    return config.parse(text.encode(), Path("/folder"))


def test_the_example_holds_exactly_the_defaults() -> None:
    assert config.load(EXAMPLE) == config.Config()


@pytest.mark.parametrize("table", [config.DropConfig, config.PageConfig])
def test_the_example_documents_every_setting_with_a_comment(table: type) -> None:
    lines = EXAMPLE.read_text("utf-8").splitlines()
    for entry in fields(table):
        at = [i for i, x in enumerate(lines) if x.startswith((f"{entry.name} =", "[page.referral"))]
        assert any(lines[i - 1].startswith("#") for i in at), entry.name


def test_an_empty_file_is_all_defaults() -> None:
    assert parse("") == config.Config()


def test_relative_paths_are_relative_to_the_file() -> None:
    drop = parse('[drop]\nstate="s"\nkeyring="/k.json"').drop
    assert (drop.state, drop.keyring) == (Path("/folder/s"), Path("/k.json"))
    assert drop.database_url() == "sqlite:////folder/s/drop.db"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[dorp]", "[dorp]"),
        ("drop = 1", "drop"),
        ("[drop]\nquota = 1", "drop.quota "),
        ("[page]\nfoo = 1", "page.foo"),
        ('[drop]\nquota_mib = "1"', "drop.quota_mib"),
        ("[drop]\nquota_mib = true", "drop.quota_mib"),
        ("[drop]\nquota_mib = 0", "drop.quota_mib"),
        ("[drop]\nquota_mib = 100\ntext_reserve_mib = 100", "drop.text_reserve_mib"),
        ("[drop]\nform_mib = 9", "drop.form_mib"),
        ("[drop]\nvacuum_hour = 24", "drop.vacuum_hour"),
        ("[drop]\nstate = 5", "drop.state"),
        ('[drop]\nstate = ""', "drop.state"),
        ('[drop]\ndatabase = "mysql://x"', "drop.database"),
        ('[drop]\nroot = "12345"', "drop.root"),
        ('[drop]\nroot = "99999-00000-00000-00000-00000-00000-00000-00000"', "drop.root"),
        ('[page]\nlanguages = "en"', "page.languages"),
        ("[page]\nlanguages = []", "page.languages"),
        ('[page]\nlanguages = ["en", "en"]', "page.languages"),
        ('[page]\nlanguages = ["de"]', "page.languages"),
        ('[page]\nlanguages = [["en"]]', "page.languages"),
        ('[page]\nreferral = "call"', "page.referral"),
        ('[page.referral]\nde = "x"', "page.referral"),
        ("[page.referral]\nen = 1", "page.referral"),
        ('[page]\nteam = "a\\u0000"', "page.team"),
        ("[drop", "TOML"),
        ("[drop]\nthreads = 1\nthreads = 2", "TOML"),
    ],
)
def test_an_unknown_or_malformed_setting_is_refused_by_name(text: str, named: str) -> None:
    with pytest.raises(ConfigError) as refused:
        parse(text)
    assert named in str(refused.value)


@pytest.mark.parametrize(
    "listen",
    ["0.0.0.0:8000", "8000", ":8000", "192.0.2.1:80", "example.org:80", "unix:web.sock", "[::]:80",
     "localhost:80", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:٨", "127.0.0.1", ""],
)  # fmt: skip
def test_whatever_a_network_could_reach_is_refused(listen: str) -> None:
    with pytest.raises(ConfigError, match=r"drop\.listen"):
        parse(f'[drop]\nlisten = "{listen}"')


def test_unix_sockets_and_loopback_addresses_are_accepted() -> None:
    assert config.listen_address("unix:/run/a.sock") == Path("/run/a.sock")
    assert config.listen_address("127.0.0.1:8000") == ("127.0.0.1", 8000)
    assert config.listen_address("[::1]:8000") == ("::1", 8000)


def test_an_error_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    with pytest.raises(ConfigError, match=r"c\.toml cannot be read"):
        config.load(path)
    path.write_text("[x]")
    with pytest.raises(ConfigError, match=r"c\.toml: \[x\] is not known"):
        config.load(path)


@given(st.binary(max_size=200))
def test_no_bytes_make_anything_but_settings_or_a_sentence(data: bytes) -> None:
    try:
        config.parse(data, Path("/folder"))
    except ConfigError as refused:
        assert str(refused).endswith(".")
