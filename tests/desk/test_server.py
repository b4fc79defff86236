"""What the desk's server sends and is sent stays in memory. All of it is invented."""

from __future__ import annotations

import http.client
import tempfile
import threading

import pytest
from flask import Flask, request
from waitress.wasyncore import close_all

from reviewer.desk import server


@pytest.fixture
def address():
    """Where a server listens whose answers and forms are large."""
    app = Flask(__name__)

    @app.route("/large", methods=["GET", "POST"])
    def large() -> str:
        return request.form["text"] if request.method == "POST" else "x" * 3_000_000

    bound = server.listener()
    web = server.build(app, bound)
    thread = threading.Thread(target=web.run)
    thread.start()
    yield bound.getsockname()
    web.trigger.pull_trigger(lambda: close_all(web._map))
    thread.join(30)
    web.task_dispatcher.shutdown()


def test_a_large_answer_and_a_large_form_are_written_to_no_file(address, monkeypatch):
    made, real = [], tempfile.TemporaryFile
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda *how: made.append(how) or real(*how))
    connection = http.client.HTTPConnection(*address, timeout=30)
    connection.request("GET", "/large")
    assert len(connection.getresponse().read()) == 3_000_000
    form = "text=" + "y" * 600_000
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/large", form, kind)
    assert len(connection.getresponse().read()) == 600_000
    connection.close()
    assert made == []
