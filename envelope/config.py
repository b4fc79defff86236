"""Every setting of a team in one strict TOML file; read by the drop, and its `[page]` table by
whoever renders or checks the witness's page."""

from __future__ import annotations

import ipaddress
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar, cast, get_type_hints

from envelope.errors import ConfigError

LANGUAGES = ("en", "my", "kac")
TEXT_LIMIT = 4000  # code points of one referral text: it is part of every page
CONFIG_LIMIT = 1 << 20  # bytes of a whole file
UNIX_PATH_LIMIT = 107  # bytes, sun_path of unix(7) without its NUL

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DropConfig:
    """Settings of the drop; `config.example.toml` says why each exists."""

    state: Path = Path("/var/lib/sakse")
    database: str = ""
    listen: str = "unix:/run/sakse/web.sock"
    keyring: Path = Path("/var/lib/sakse/keyring.json")
    root: str = ""
    quota_mib: int = 20480
    text_reserve_mib: int = 2048
    open_uploads: int = 200
    form_mib: int = 2
    vacuum_hour: int = 3
    threads: int = 4
    connection_limit: int = 1000

    def database_url(self) -> str:
        """The SQLAlchemy URL in use: the configured one, else SQLite inside `state`."""
        return self.database or f"sqlite:///{self.state / 'drop.db'}"


@dataclass(frozen=True, slots=True)
class PageConfig:
    """What the witness's page shows besides the release and the keyring."""

    team: str = ""
    languages: tuple[str, ...] = LANGUAGES
    referral: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Config:
    """A whole settings file."""

    drop: DropConfig = field(default_factory=DropConfig)
    page: PageConfig = field(default_factory=PageConfig)


def load(path: Path) -> Config:
    """Read the settings file at `path`; relative paths in it are relative to its folder.

    Raises ConfigError, naming the file and the setting, for anything unknown or malformed.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror
        raise ConfigError(f"{path} cannot be read ({reason}): name a settings file.") from None
    try:
        return parse(data, path.resolve().parent)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None


def parse(data: bytes, folder: Path) -> Config:
    """Read settings from TOML bytes; relative paths are relative to `folder`."""
    if len(data) > CONFIG_LIMIT:
        raise ConfigError(f"the file is larger than {CONFIG_LIMIT} bytes: shorten it.")
    try:
        raw = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(f"this is not TOML ({error}): correct that line.") from None
    unknown = sorted(set(raw) - {"drop", "page"})
    if unknown:
        raise ConfigError(f"[{unknown[0]}] is not known: only [drop] and [page] are.")
    config = Config(
        _table(DropConfig, "drop", raw.get("drop", {}), folder),
        _table(PageConfig, "page", raw.get("page", {}), folder),
    )
    if config.drop.text_reserve_mib >= config.drop.quota_mib:
        raise ConfigError("drop.text_reserve_mib must be smaller than drop.quota_mib.")
    return config


def listen_address(listen: str) -> Path | tuple[str, int]:
    """Split a `listen` setting into a socket path or a loopback (address, port).

    Raises ConfigError for everything a network could reach.
    """
    if listen.startswith("unix:/"):
        if len(listen.encode()) - len("unix:") > UNIX_PATH_LIMIT or "\0" in listen:
            raise ConfigError(f"a socket path is longer than {UNIX_PATH_LIMIT} bytes")
        return Path(listen.removeprefix("unix:"))
    host, _, port = listen.rpartition(":")
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    try:
        address = None if "%" in bare else ipaddress.ip_address(bare)
    except ValueError:
        address = None
    if address is None or not address.is_loopback or not _is_port(port):
        raise ConfigError('must be "unix:/path" or a loopback address such as "127.0.0.1:8000"')
    return str(address), int(port)


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text[:6]) < 65536


def _table(kind: type[T], name: str, raw: object, folder: Path) -> T:
    """Build one frozen table; every value has the type of its field and passes its check."""
    if not isinstance(raw, dict):
        raise ConfigError(f"{name} must be a table: write [{name}].")
    types = get_type_hints(kind)
    unknown = sorted(set(raw) - set(types))
    if unknown:
        known = ", ".join(f.name for f in fields(cast(Any, kind)))
        raise ConfigError(f"{name}.{unknown[0]} is not a known setting: known are {known}.")
    values = {}
    for key, value in raw.items():
        try:
            values[key] = _value(key, types[key], value, folder)
        except ConfigError as error:
            raise ConfigError(f"{name}.{key}: {error}.") from None
    return kind(**values)


def _value(key: str, wanted: object, value: object, folder: Path) -> object:
    if wanted is int:
        return _number(key, value)
    if wanted is str:
        return _CHECKS.get(key, _text)(_text(value))
    if wanted is Path:
        return folder / _path(_text(value))
    if key == "languages":
        return _languages(value)
    return _referral(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ConfigError('must be text in "quotes"')
    if "\0" in value or len(value) > TEXT_LIMIT:
        raise ConfigError(f"must be at most {TEXT_LIMIT} characters, none of them NUL")
    return value


def _path(text: str) -> str:
    if not text:
        raise ConfigError("must name a path")
    return text


def _number(key: str, value: object) -> int:
    low, high = _RANGES[key]
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise ConfigError(f"must be a whole number from {low} to {high}")
    return value


def _languages(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or len(set(map(str, value))) != len(value):
        raise ConfigError('must be a list of different languages such as ["en"]')
    if any(entry not in LANGUAGES for entry in value):
        raise ConfigError("may hold only " + ", ".join(LANGUAGES))
    return tuple(value)


def _referral(value: object) -> Mapping[str, str]:
    if not isinstance(value, dict) or set(value) - set(LANGUAGES):
        raise ConfigError("must be a table with one text each for " + ", ".join(LANGUAGES))
    return MappingProxyType({key: _text(value[key]) for key in sorted(value)})


def _listen(text: str) -> str:
    listen_address(text)
    return text


def _database(text: str) -> str:
    if text and not text.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ConfigError('must be empty, "sqlite:///…" or "postgresql+psycopg://…"')
    return text


def _root(text: str) -> str:
    groups = text.split("-")
    if text and (len(groups) != 8 or not all(_is_group(group) for group in groups)):
        raise ConfigError("must be a fingerprint: eight groups of five digits, with hyphens")
    return text


def _is_group(group: str) -> bool:
    return len(group) == 5 and group.isascii() and group.isdigit() and int(group) < 65536


_CHECKS: Mapping[str, Callable[[str], str]] = {
    "listen": _listen,
    "database": _database,
    "root": _root,
}
_RANGES: Mapping[str, tuple[int, int]] = {
    "quota_mib": (16, 1 << 24),
    "text_reserve_mib": (1, 1 << 24),
    "open_uploads": (1, 100_000),
    "form_mib": (1, 8),
    "vacuum_hour": (0, 23),
    "threads": (1, 64),
    "connection_limit": (10, 10_000),
}
