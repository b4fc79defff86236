"""A whole Tor network on loopback for one test: an authority, three relays, an onion service, a client.

    with PrivateTor("unix:/folder/web.sock") as net:
        net.onion, net.socks    # "….onion", "127.0.0.1:PORT"

Debian's own tor, no internet: TestingTorNetwork lets it use loopback addresses and vote within
seconds. Nothing of it outlives the block.
"""

from __future__ import annotations

import http.client
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from tests.ports import HOST, free_ports

RELAYS = ("relay1", "relay2", "relay3")
TIMEOUT = 180.0  # seconds from nothing to the first answer over the onion
VOTE_LEAD = 8  # seconds relays have to send their descriptors before the first vote

COMMON = """\
TestingTorNetwork 1
DataDirectory {folder}
Nickname {name}
Address 127.0.0.1
__OwningControllerProcess {pid}
Log notice file {folder}/notice.log
ShutdownWaitLength 0
PathsNeededToBuildCircuits 0.67
AvoidDiskWrites 1
Schedulers KISTLite
GeoIPFile /dev/null
GeoIPv6File /dev/null
"""
RELAY = """\
ORPort 127.0.0.1:{orport} IPv4Only
AssumeReachable 1
ExitRelay 0
SocksPort 0
NumCPUs 1
"""
# Every relay gets every flag at once: the network is as old as the test.
AUTHORITY = """\
DirPort 127.0.0.1:{dirport}
AuthoritativeDirectory 1
V3AuthoritativeDirectory 1
ContactInfo nobody@localhost
TestingV3AuthInitialVotingInterval 10
TestingV3AuthVotingStartOffset {offset}
TestingV3AuthInitialVoteDelay 2
TestingV3AuthInitialDistDelay 2
V3AuthVotingInterval 20
V3AuthVoteDelay 2
V3AuthDistDelay 2
V3AuthNIntervalsValid 3
TestingAuthDirTimeToLearnReachability 0
MinUptimeHidServDirectoryV2 0
TestingDirAuthVoteGuard *
TestingDirAuthVoteHSDir *
TestingDirAuthVoteExit *
TestingMinExitFlagThreshold 0
"""
# Ask the authority for the directory: relays may not have it yet.
EARLY = "FetchDirInfoEarly 1\nFetchDirInfoExtraEarly 1\n"
SERVICE = "SocksPort 0\nHiddenServiceDir {folder}/onion\nHiddenServicePort 80 {target}\n" + EARLY
CLIENT = "SocksPort 127.0.0.1:{port}\n" + EARLY


class PrivateTor:
    """A private network whose onion service leads to `target` (unix:/path or 127.0.0.1:PORT)."""

    def __init__(self, target: str, service_torrc: str = "") -> None:
        self.target = target
        self.service_torrc = service_torrc
        self.onion = ""
        self.socks = ""
        self.folder = Path()
        self._authority = ""
        self._nodes: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> PrivateTor:
        self.folder = Path(tempfile.mkdtemp(prefix="sakse-tor-"))
        self._empty = self.folder / "empty"  # instead of the machine's own torrc
        self._empty.touch()
        self._deadline = time.monotonic() + TIMEOUT
        try:
            self._start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for node in self._nodes.values():
            node.terminate()
        for node in self._nodes.values():
            try:
                node.wait(10)
            except subprocess.TimeoutExpired:
                node.kill()
                node.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start(self) -> None:
        dirport, orport, client, *relays = free_ports(3 + len(RELAYS))
        self._authority = self._make_authority(orport, dirport)
        offset = (int(time.time()) + VOTE_LEAD) % 10
        settings = RELAY.format(orport=orport) + AUTHORITY.format(dirport=dirport, offset=offset)
        self._launch("authority", settings)
        self._until(lambda: _listens(dirport), "the authority listens")
        for name, port in zip(RELAYS, relays, strict=True):
            self._launch(name, RELAY.format(orport=port))
        self._until(lambda: _directories(dirport) > len(RELAYS), "a consensus of every relay")
        folder = self.folder / "service"
        self._launch(
            "service", SERVICE.format(folder=folder, target=self.target) + self.service_torrc
        )
        self._launch("client", CLIENT.format(port=client))
        hostname = folder / "onion" / "hostname"
        self._until(hostname.is_file, "an onion address")
        self.onion = hostname.read_text().strip()
        self.socks = f"{HOST}:{client}"
        self._until(self._answers, "an answer over the onion")

    def _make_authority(self, orport: int, dirport: int) -> str:
        """Make the authority's keys; return the line by which every node knows it."""
        keys = self.folder / "authority" / "keys"
        keys.mkdir(parents=True)
        for folder in (keys, keys.parent):
            folder.chmod(0o700)
        certificate = keys / "authority_certificate"
        subprocess.run(
            ["tor-gencert", "--create-identity-key", "--passphrase-fd", "0", "-m", "1",
             "-a", f"{HOST}:{dirport}", "-i", keys / "authority_identity_key",
             "-s", keys / "authority_signing_key", "-c", certificate],
            input=secrets.token_hex(16).encode() + b"\n", check=True, capture_output=True,
        )  # fmt: skip
        listed = subprocess.run(
            ["tor", "-f", self._empty, "--defaults-torrc", self._empty, "--quiet",
             "--DataDirectory", keys.parent, "--Nickname", "authority", "--Address", HOST,
             "--ORPort", f"{HOST}:{orport} IPv4Only", "--SocksPort", "0", "--list-fingerprint"],
            text=True, check=True, capture_output=True,
        )  # fmt: skip
        lines = certificate.read_text().splitlines()
        identity = next(x.split()[1] for x in lines if x.startswith("fingerprint "))
        relay = "".join(listed.stdout.split()[1:])
        place = f"{HOST}:{dirport} {relay}"
        return f"DirAuthority authority orport={orport} no-v2 v3ident={identity} {place}\n"

    def _launch(self, name: str, settings: str) -> None:
        folder = self.folder / name
        folder.mkdir(mode=0o700, exist_ok=True)
        torrc = folder / "torrc"
        common = COMMON.format(folder=folder, name=name, pid=os.getpid())
        torrc.write_text(common + self._authority + settings + "\n")
        with (folder / "stdout.log").open("wb") as out:
            self._nodes[name] = subprocess.Popen(
                ["tor", "-f", torrc, "--defaults-torrc", self._empty],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out,
            )  # fmt: skip

    def _until(self, holds: Callable[[], bool], what: str) -> None:
        while not holds():
            for name, node in self._nodes.items():
                if node.poll() is not None:
                    said = (self.folder / name / "stdout.log").read_text(errors="replace")
                    raise RuntimeError(f"tor {name} ended with {node.returncode}:\n{said[-2000:]}")
            if time.monotonic() > self._deadline:
                raise TimeoutError(f"the private Tor network never came to {what}")
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            with through(self.socks, self.onion, 80, timeout=10) as stream:
                stream.sendall(b"GET / HTTP/1.0\r\nHost: " + self.onion.encode() + b"\r\n\r\n")
                return stream.recv(5) == b"HTTP/"
        except OSError:
            return False


def through(socks: str, host: str, port: int, timeout: float) -> socket.socket:
    """A stream through a SOCKS5 proxy, which also finds the name (RFC 1928)."""
    address, _, socks_port = socks.rpartition(":")
    stream = socket.create_connection((address, int(socks_port)), timeout)
    try:
        stream.sendall(b"\x05\x01\x00")
        _exactly(stream, 2)
        name = host.encode("ascii")
        request = b"\x05\x01\x00\x03" + bytes([len(name)]) + name + port.to_bytes(2, "big")
        stream.sendall(request)
        if _exactly(stream, 10)[1] != 0:
            raise OSError("the SOCKS proxy reached nobody")
    except BaseException:
        stream.close()
        raise
    return stream


def _exactly(stream: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = stream.recv(size - len(data))
        if not more:
            raise OSError("the SOCKS proxy closed the connection")
        data += more
    return data


def _listens(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True


def _directories(dirport: int) -> int:
    """How many relays the current consensus lists that keep onion addresses."""
    connection = http.client.HTTPConnection(HOST, dirport, timeout=5)
    try:
        connection.request("GET", "/tor/status-vote/current/consensus-microdesc")
        text = connection.getresponse().read().decode("ascii", "replace")
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
    return sum(line.startswith("s ") and "HSDir" in line for line in text.splitlines())
