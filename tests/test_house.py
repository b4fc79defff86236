"""The house keeps its own rules: locked requirements, licences that fit, sizes, links, commands that exist."""

from __future__ import annotations

import ast
import importlib
import json
import re
import shlex
import subprocess
import tomllib
from importlib.metadata import metadata
from pathlib import Path

import click
import pytest

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
ROOMS = ("envelope", "intake", "keys", "reviewer", "release", "field")
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
MODULE_LINES, FUNCTION_LINES = 400, 40
LICENCES = re.compile(
    r"MIT|0?BSD|Apache|MPL|Mozilla Public|LGPL|ZPL|Zope|PSF|Python Software|ISC|CC0|Public Domain",
    re.IGNORECASE,
)
STRONG = re.compile(r"(?<!L)(?<!Lesser )\b(A?GPL|GNU (Affero )?General Public)", re.IGNORECASE)
# Where somebody's home or workplace shows through.
OWN_PATHS = re.compile(r"(?<![\w.])/(root|work|Users/\w+|home/(?!sakse)\w+)/")


def committed() -> list[Path]:
    """Every file git tracks."""
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


def locked(name: str) -> dict[str, list[str]]:
    """The requirements of one file: "package==version" to its hashes."""
    entries, current = {}, None
    for line in (ROOT / name).read_text(encoding="ascii").splitlines():
        if pin := re.fullmatch(r"([a-z0-9-]+(?:\[[a-z]+\])?==\S+) \\", line):
            current = entries.setdefault(pin[1], [])
        elif digest := re.fullmatch(r"    --hash=(sha256:[0-9a-f]{64})( \\)?", line):
            current.append(digest[1])
        else:
            assert not line or line.startswith("#"), f"{name}: {line}"
    return entries


def plain(requirement: str) -> str:
    """The bare name of a requirement, as the lock files write it."""
    return re.match(r"[\w.-]+", requirement)[0].lower().replace("_", "-")


@pytest.mark.parametrize("machine", [None, *EXTRAS])
def test_every_requirement_is_pinned_by_hash_and_names_no_index(machine):
    entries = locked(f"requirements-{machine}.txt" if machine else "requirements.txt")
    assert entries
    assert all(entries.values())


def test_requirements_txt_is_the_union_of_the_machines():
    union = {}
    for machine in EXTRAS:
        union |= locked(f"requirements-{machine}.txt")
    assert union == locked("requirements.txt")


@pytest.mark.parametrize("machine", EXTRAS)
def test_a_machine_locks_what_the_project_file_asks_for(machine):
    names = {plain(pin) for pin in locked(f"requirements-{machine}.txt")}
    assert {plain(wish) for wish in EXTRAS[machine]} <= names


def test_every_dependency_has_a_line_of_why():
    text = (ROOT / "doc/decisions/02-dependencies.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\S+) \| ([a-z ]+) \| (.{8,}) \|$", text, re.MULTILINE)
    said = {plain(name): set(machines.split()) for name, machines, _ in rows}
    asked: dict[str, set[str]] = {}
    for machine, wishes in EXTRAS.items():
        for wish in wishes:
            asked.setdefault(plain(wish), set()).add(machine)
    assert said == asked


@pytest.mark.parametrize("pin", locked("requirements.txt"))
def test_the_licence_of_a_dependency_fits(pin):
    about = metadata(plain(pin))
    said = [about.get("License-Expression") or "", (about.get("License") or "").split("\n")[0]]
    said += [text for text in about.get_all("Classifier") or [] if text.startswith("License")]
    assert LICENCES.search(" ".join(said)), said
    assert not STRONG.search(" ".join(said)), said


def test_the_licence_of_every_package_in_the_page_fits():
    packages = json.loads((ROOT / "browser/package-lock.json").read_text())["packages"]
    licences = {name: about.get("license", "") for name, about in packages.items() if name}
    assert licences
    assert [name for name, said in licences.items() if not LICENCES.search(said)] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_has_a_docstring_and_keeps_to_the_sizes(path):
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    assert ast.get_docstring(tree), "no docstring"
    assert source.count("\n") <= MODULE_LINES
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    long = [f.name for f in functions if f.end_lineno - f.lineno >= FUNCTION_LINES]
    assert long == []


def test_no_committed_file_names_somebody_s_own_folders():
    found = []
    for path in committed():
        text = path.read_bytes().decode("utf-8", errors="ignore")
        found += [f"{path.relative_to(ROOT)}: {hit[0]}" for hit in OWN_PATHS.finditer(text)]
    assert found == []


def test_every_link_of_the_papers_leads_somewhere():
    broken = []
    for path in committed():
        if path.suffix != ".md" or "vectors" in path.parts:
            continue
        for link in re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8")):
            if "://" not in link and not (path.parent / link).exists():
                broken.append(f"{path.relative_to(ROOT)}: {link}")
    assert broken == []


def shown_commands() -> list[tuple[str, list[str]]]:
    """Every `sakse-…` line in the README's code blocks, as (program, words)."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = "\n".join(re.findall(r"^```[a-z]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
    lines = re.findall(r"^(?:\.venv/bin/)?(sakse-\w+ .*)$", blocks.replace("\\\n", ""), re.MULTILINE)
    return [(words[0], words[1:]) for words in (shlex.split(line, comments=True) for line in lines)]


def test_every_command_the_readme_shows_exists_with_its_options():
    shown = shown_commands()
    assert {program for program, _ in shown} == set(PROJECT["scripts"])
    for program, words in shown:
        module = importlib.import_module(PROJECT["scripts"][program].partition(":")[0])
        (group,) = [value for value in vars(module).values() if isinstance(value, click.Group)]
        command = group.get_command(None, words[0])
        assert command is not None, f"{program} {words[0]}"
        options = {name for parameter in command.params for name in parameter.opts}
        used = {word.partition("=")[0] for word in words if word.startswith("--")}
        assert used <= options, f"{program} {words[0]}: {used - options}"


def test_every_task_the_readme_shows_is_in_the_makefile():
    tasks = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    shown = set(re.findall(r"(?m)(?:`|^)make ([a-z-]+)", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert {"demo", "test", "story"} <= shown <= tasks


def test_the_change_log_knows_this_version_or_calls_it_unreleased():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## \[({re.escape(PROJECT['version'])}|Unreleased)\]", text, re.MULTILINE)
