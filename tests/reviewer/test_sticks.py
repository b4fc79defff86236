"""Sticks for in and for out, in plain folders, on invented machines and on real mounts."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envelope import canonical
from reviewer import sticks
from reviewer.errors import StickError
from tests.reviewer.world import seal, short, transfer

ROOT = "12345-67890-00000-00000-00000-00000-00000-00000"
OTHER = "54321-" + ROOT[6:]


def stick_of(world, role: str, who: str = "ana") -> Path:
    folder = world.folder / f"stick-{role}"
    folder.mkdir()
    world.ok(who, "stick", "new", "--role", role, folder)
    return folder


# --- the commands


def test_a_stick_is_marked_with_role_name_and_team(world):
    folder = world.folder / "stick"
    folder.mkdir()
    said = world.ok("ana", "stick", "new", "--role", "in", "--name", "in-a", folder)
    assert f"the in stick in-a of team {world.root[:11]}" in said
    assert (folder / "sakse-stick.json").read_bytes() == (
        b'{"format":"sakse-stick@v1","name":"in-a","role":"in","team":"%s"}' % world.root[:11].encode()
    )


def test_a_stick_keeps_its_role(world):
    folder = stick_of(world, "in")
    before = (folder / "sakse-stick.json").read_bytes()
    assert "never overwritten" in world.refused("ana", "stick", "new", "--role", "out", folder)
    assert (folder / "sakse-stick.json").read_bytes() == before


@pytest.mark.parametrize("name", ["a b", "../x", "A", "-x", "x" * 33, "က"])
def test_a_name_that_does_not_fit_is_refused(world, tmp_path, name):
    assert "a-z" in world.refused("ana", "stick", "new", "--role", "in", f"--name={name}", tmp_path)
    assert list(tmp_path.glob("sakse-stick.json")) == []


def test_import_takes_an_in_stick_and_names_it(world):
    folder = stick_of(world, "in")
    bag = transfer(world, [seal(world.ring)])
    bag = bag.rename(folder / bag.name)
    result = world.run("ana", "import", bag)
    assert result.exit_code == 0 and "1 opened" in result.stdout
    assert "is on the in stick in-" in result.stderr and f"of team {world.root[:11]}." in result.stderr


def test_import_refuses_an_out_stick_before_it_reads_it(world):
    folder = stick_of(world, "out")
    bag = transfer(world, [seal(world.ring)])
    bag = bag.rename(folder / bag.name)
    said = world.refused("ana", "import", bag)
    assert "This is the out stick out-" in said and "use an in stick" in said
    assert world.ok("ana", "list") == "0 sealed files.\n"


def test_what_leaves_is_refused_on_an_in_stick_and_taken_on_an_out_stick(world):
    data = seal(world.ring)
    world.ok("ana", "import", transfer(world, [data]))
    world.ok("bo", "import", transfer(world, [data]))
    name = short(data)
    world.ok("ana", "suggest", name)
    world.ok("ana", "redact", name, "--accept-all")
    wrong, right = stick_of(world, "in"), stick_of(world, "out")
    propose = ["propose", name, "--to", world.folder / "iimm.card.json", "--purpose", "A test", "--out"]
    assert "use an out stick" in world.refused("ana", *propose, wrong / "p")
    assert not (wrong / "p").exists()
    world.ok("ana", *propose, right / "p")
    moved = wrong / "q"
    moved.mkdir()
    (moved / "proposal.age").write_bytes((right / "p" / "proposal.age").read_bytes())
    assert "use an out stick" in world.refused("bo", "approve", moved, "--yes")
    world.ok("bo", "approve", right / "p", "--yes")
    assert "use an out stick" in world.refused("ana", "release", right / "p", "--out", wrong / "r.age")
    world.ok("ana", "release", right / "p", "--out", right / "r.age")
    assert sorted(path.name for path in wrong.iterdir()) == ["q", "sakse-stick.json"]


def test_a_contact_leaves_on_an_out_stick_only(world):
    data = seal(world.ring)
    world.ok("ana", "import", transfer(world, [data]))
    folder = stick_of(world, "in")
    assert "use an out stick" in world.refused("ana", "contact", short(data), "--out", folder / "c.age")
    assert [path.name for path in folder.iterdir()] == ["sakse-stick.json"]


def test_a_stick_of_another_team_is_refused_and_both_are_named(world):
    folder = world.folder / "stick"
    folder.mkdir()
    sticks.mark(folder, sticks.IN, OTHER, "in-b")
    said = world.refused("ana", "import", folder)
    assert "the in stick in-b of team 54321-67890" in said and world.root[:11] in said


def test_a_plain_folder_is_taken_with_a_note(world):
    result = world.run("ana", "import", transfer(world, []))
    assert result.exit_code == 0 and "is a plain folder, no marked stick" in result.stderr


# --- the role file


def marked(folder: Path, data: bytes) -> Path:
    (folder / sticks.ROLE_FILE).write_bytes(data)
    return folder


GOOD = {"format": "sakse-stick@v1", "name": "in-1", "role": "in", "team": ROOT[:11]}


@pytest.mark.parametrize(
    "change",
    [{"format": "sakse-stick@v2"}, {"name": "a\u202eb"}, {"name": 1}, {"role": "both"}, {"role": ["in"]},
     {"team": ROOT}, {"team": "1"}, {"more": "x"}],
)  # fmt: skip
def test_a_role_file_of_another_form_is_refused(tmp_path, change):
    marked(tmp_path, canonical.dumps({**GOOD, **change}))
    with pytest.raises(StickError, match="wipe the stick"):
        sticks.check(tmp_path, sticks.IN, ROOT)


@given(st.one_of(st.binary(max_size=200), st.integers(0, 75).map(lambda n: canonical.dumps(GOOD)[:n])))
def test_a_role_file_that_is_taken_has_these_bytes_and_no_other(data):
    try:
        stick = sticks.parse(data, Path("/stick"))
    except StickError as error:
        assert "wipe the stick" in str(error)
    else:
        fields = {"name": stick.name, "role": stick.role, "team": stick.team}
        assert canonical.dumps({"format": sticks.FORMAT, **fields}) == data


def test_a_role_file_that_is_a_link_a_pipe_or_huge_is_refused(tmp_path):
    path = tmp_path / sticks.ROLE_FILE
    (tmp_path / "real").write_bytes(canonical.dumps(GOOD))
    for make in (
        lambda: path.symlink_to("real"),
        lambda: os.mkfifo(path),
        lambda: path.write_bytes(canonical.dumps(GOOD) + b" " * 5000),
    ):
        make()
        with pytest.raises(StickError, match="wipe the stick"):
            sticks.check(tmp_path, sticks.IN, ROOT)
        path.unlink()


def test_a_role_holds_for_what_does_not_exist_yet_below_it(tmp_path):
    sticks.mark(tmp_path, sticks.OUT, ROOT, "out-1")
    assert "the out stick out-1" in sticks.check(tmp_path / "new/deeper", sticks.OUT, ROOT)
    with pytest.raises(StickError, match="use an in stick"):
        sticks.check(tmp_path / "new/deeper", sticks.IN, ROOT)


def test_a_link_that_leads_to_a_stick_is_that_stick(tmp_path):
    (tmp_path / "real").mkdir()
    sticks.mark(tmp_path / "real", sticks.OUT, ROOT, "out-1")
    (tmp_path / "link").symlink_to("real")
    with pytest.raises(StickError, match="use an in stick"):
        sticks.check(tmp_path / "link", sticks.IN, ROOT)


def test_the_fingerprint_counts_however_it_was_typed(tmp_path):
    sticks.mark(tmp_path, sticks.IN, "၁၂၃၄၅ 67890" + ROOT[11:].replace("-", " "), "in-1")
    assert "of team 12345-67890" in sticks.check(tmp_path, sticks.IN, ROOT)


# --- the machine: which medium, mounted how


class Machine:
    """A mountinfo and a /sys/dev/block of an invented laptop."""

    def __init__(self, folder: Path) -> None:
        self.mountinfo, self.sys = folder / "mountinfo", folder / "sys"
        (self.sys / "dev").mkdir(parents=True)
        self.mountinfo.write_text("20 1 8:1 / / rw,relatime - ext4 disk rw\n")

    def disk(self, device: str, where: str, removable: str = "0") -> None:
        """A disk 8:N0 and its partition, as /sys/dev/block leads to them."""
        folder = self.sys / where / "disk" / "part"
        folder.mkdir(parents=True)
        (folder.parent / "removable").write_text(removable + "\n")
        (self.sys / "dev" / device).symlink_to(folder)

    def mount(self, point: Path, options: str, device: str = "8:17", above: str = "rw") -> None:
        escaped = str(point).replace(" ", "\\040")
        with self.mountinfo.open("a") as file:
            file.write(f"21 20 {device} / {escaped} {options} shared:1 - vfat stick {above}\n")

    def check(self, path: Path, role: str = sticks.IN) -> str:
        return sticks.check(path, role, ROOT, mountinfo=self.mountinfo, sys_block=self.sys / "dev")


@pytest.fixture
def machine(tmp_path) -> Machine:
    return Machine(tmp_path / "machine")


@pytest.fixture
def point(tmp_path) -> Path:
    (tmp_path / "my stick").mkdir()
    return tmp_path / "my stick"


def test_an_in_stick_mounted_as_it_must_be_is_taken(machine, point):
    sticks.mark(point, sticks.IN, ROOT, "in-1")
    machine.mount(point, "ro,nosuid,nodev,noexec,relatime")
    assert "the in stick in-1" in machine.check(point / "bag")


def test_a_file_system_that_is_read_only_itself_is_read_only(machine, point):
    sticks.mark(point, sticks.IN, ROOT)
    machine.mount(point, "rw,nosuid,nodev,noexec", above="ro,errors=remount-ro")
    machine.check(point)


@pytest.mark.parametrize("lacks", sticks.IN_OPTIONS)
def test_an_in_stick_mounted_without_one_option_is_refused_with_the_command_to_run(machine, point, lacks):
    sticks.mark(point, sticks.IN, ROOT, "in-1")
    machine.mount(point, ",".join(option for option in sticks.IN_OPTIONS if option != lacks))
    with pytest.raises(StickError) as caught:
        machine.check(point)
    said = str(caught.value)
    assert f"mounted without {lacks};" in said
    assert said.endswith(f"run: sudo mount -o remount,ro,noexec,nosuid,nodev {shlex.quote(str(point))}")


def test_an_out_stick_may_be_mounted_as_it_likes(machine, point):
    sticks.mark(point, sticks.OUT, ROOT, "out-1")
    machine.mount(point, "rw")
    assert "the out stick out-1" in machine.check(point, sticks.OUT)


def test_of_two_mounts_at_one_point_the_later_counts(machine, point):
    sticks.mark(point, sticks.IN, ROOT)
    machine.mount(point, "ro,noexec,nosuid,nodev")
    machine.mount(point, "rw")
    with pytest.raises(StickError, match="mounted without"):
        machine.check(point)


def test_a_role_above_the_mount_says_nothing_about_it(machine, point):
    sticks.mark(point.parent, sticks.OUT, ROOT)
    machine.mount(point, "rw")
    assert "plain folder" in machine.check(point)


@pytest.mark.parametrize(
    ("where", "removable"),
    [("pci0/usb1/1-1", "0"), ("pci0/mmc0/card", "0"), ("pci0/ata1", "1")],
)
def test_a_medium_that_can_be_removed_and_has_no_role_is_refused(machine, point, where, removable):
    machine.disk("8:17", where, removable)
    if where.endswith("card"):
        (machine.sys / where / "type").write_text("SD\n")
    machine.mount(point, "ro,noexec,nosuid,nodev")
    with pytest.raises(StickError, match="sakse-review stick new --role in '"):
        machine.check(point / "bag")
    sticks.mark(point, sticks.IN, ROOT)
    machine.check(point / "bag")


def test_an_inner_disk_without_a_role_is_a_plain_folder(machine, point):
    machine.disk("8:17", "pci0/ata1")
    machine.mount(point, "rw")
    assert "plain folder" in machine.check(point)


def test_memory_soldered_in_is_no_card(machine, point):
    machine.disk("8:17", "pci0/mmc0/card")
    (machine.sys / "pci0/mmc0/card/type").write_text("MMC\n")
    machine.mount(point, "rw")
    assert "plain folder" in machine.check(point)


def test_the_disk_a_laptop_runs_from_is_no_stick(machine, point):
    machine.disk("8:1", "pci0/usb1/1-1")
    assert "plain folder" in machine.check(point)


def test_an_encrypted_stick_is_a_medium_that_can_be_removed(machine, point):
    machine.disk("8:17", "pci0/usb1/1-1")
    (machine.sys / "virtual/dm-0/slaves").mkdir(parents=True)
    (machine.sys / "virtual/dm-0/slaves/sdb1").symlink_to(machine.sys / "pci0/usb1/1-1/disk/part")
    (machine.sys / "pci0/usb1/1-1/disk/part/dev").write_text("8:17\n")
    (machine.sys / "dev/253:0").symlink_to(machine.sys / "virtual/dm-0")
    machine.mount(point, "rw", device="253:0")
    with pytest.raises(StickError, match="can be removed"):
        machine.check(point)


PATHS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=30)


@given(PATHS)
def test_a_mount_point_is_read_as_the_kernel_writes_it(name):
    point = Path("/" + name)
    escaped = "".join(f"\\{ord(c):03o}" if c in " \t\n\\" else c for c in str(point))
    (mount,) = sticks.parse_mounts(f"21 20 8:17 / {escaped} ro,nosuid shared:1 - vfat /dev/sdb1 rw\n")
    assert (mount.point, mount.device, mount.source) == (point, "8:17", "/dev/sdb1")
    assert mount.options == {"ro", "nosuid", "rw"}


@given(st.text(max_size=300))
def test_any_text_is_read_as_mounts_or_left_out(text):
    for mount in sticks.parse_mounts(text):
        assert isinstance(mount.point, Path)


LOOK = f"""
import sys
from pathlib import Path
from reviewer import sticks
from reviewer.errors import StickError
try:
    print(sticks.check(Path(sys.argv[1]), sticks.IN, {ROOT!r}))
except StickError as error:
    print(error)
"""
MOUNT = """
mount -t tmpfs -o rw stick "$1" && printf %s "$2" > "$1/sakse-stick.json" && "$3" -c "$4" "$1/bag" &&
mount -o remount,ro,noexec,nosuid,nodev "$1" && "$3" -c "$4" "$1/bag"
"""


def test_the_command_a_refusal_prints_mends_a_real_mount(tmp_path):
    line = ["unshare", "-m", "sh", "-c", MOUNT, "sh", tmp_path, canonical.dumps(GOOD), sys.executable, LOOK]
    done = subprocess.run(line, capture_output=True, text=True)
    assert done.stdout.splitlines() == [
        "This is the in stick in-1 of team 12345-67890, mounted without ro, noexec, nosuid, nodev; run:"
        f" sudo mount -o remount,ro,noexec,nosuid,nodev {tmp_path}",
        f"{tmp_path}/bag is on the in stick in-1 of team 12345-67890.",
    ], done.stderr
