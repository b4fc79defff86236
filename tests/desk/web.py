"""A bare client for the desk, which sends exactly what a test says."""

from __future__ import annotations

import http.client
import re
import urllib.parse
from dataclasses import dataclass, field

from tests.desk.station import Open


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")


@dataclass
class Client:
    desk: Open
    cookie: str = ""
    sent: list[str] = field(default_factory=list)

    def ask(self, path: str, method: str = "GET", body: str | None = None, **headers: str) -> Answer:
        """Ask once; `headers` take _ for -, and an empty one is left out."""
        address = urllib.parse.urlsplit(self.desk.url)
        given = {name.replace("_", "-"): value for name, value in headers.items() if value}
        if self.cookie:
            given.setdefault("Cookie", self.cookie)
        if body is not None:
            given.setdefault("Content-Type", "application/x-www-form-urlencoded")
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
        connection.request(method, path, body, given)
        answer = connection.getresponse()
        found = Answer(answer.status, dict(answer.getheaders()), answer.read())
        connection.close()
        return found

    def enter(self) -> Answer:
        """Show the start token, and keep the cookie."""
        answer = self.ask(self.desk.link.removeprefix(self.desk.url))
        self.cookie = answer.headers.get("Set-Cookie", "").partition(";")[0]
        return answer

    def post(self, path: str, page: str = "/", **fields: str) -> Answer:
        """Send a form with the token of a page, as a browser without script does."""
        shown = self.ask(page)
        if renewed := shown.headers.get("Set-Cookie"):
            self.cookie = renewed.partition(";")[0]
        token = re.search(r'name="csrf_token" value="([^"]+)"', shown.text)
        assert token, shown.text
        named = {key.rstrip("_"): value for key, value in fields.items()}
        return self.ask(path, "POST", urllib.parse.urlencode({"csrf_token": token[1], **named}))
