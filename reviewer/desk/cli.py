"""`sakse-review desk` (reviewer's laptop)."""

from __future__ import annotations

import _thread
import contextlib
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from envelope.cli import passphrase_option, read_passphrase
from reviewer.cli_common import chosen, log_demo, offline, vault_option, warn_of_age


@click.command()
@vault_option
@passphrase_option
@click.option("--browser", "wish", default="", help="firefox-esr or chromium.")
@click.option("--no-browser", is_flag=True, help="Print the link instead; it opens once.")
@click.option("--port", default=0, help="Port of 127.0.0.1; any free one if left out.")
@click.option("--lock-after", default=10, help="Minutes without a key until it locks itself.")
@click.pass_context
@offline
def desk(
    context: click.Context,
    *,
    vault_folder: Path | None,
    passphrase_file: Path | None,
    wish: str,
    no_browser: bool,
    port: int,
    lock_after: int,
) -> None:
    """Read and decide in a browser window, on this machine alone, until it is closed."""
    from reviewer.desk import server, swap, window
    from reviewer.desk.app import create_app
    from reviewer.desk.gate import Gate
    from reviewer.desk.session import Session

    swap.refuse_if_readable()
    name = "" if no_browser else window.program(wish)
    window.sweep()
    desk = Session(chosen(context, vault_folder), idle=60.0 * max(1, lock_after))
    desk.unlock(read_passphrase(passphrase_file, "Passphrase of your vault"))
    log_demo(desk.vault, context.command_path)
    warn_of_age(desk.vault)
    with contextlib.ExitStack() as stack:
        stack.callback(desk.close)
        bound = server.listener(port)
        host, taken = bound.getsockname()
        gate = Gate(f"{host}:{taken}")
        web = server.build(create_app(desk, gate), bound)
        desk.watch()
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        if no_browser:
            click.echo(gate.link)
        else:
            home = stack.enter_context(window.folder())
            shown = stack.enter_context(window.browser(name, home, gate.link))
            stack.callback(_end_with(shown.wait).set)
            click.echo("The desk is open in its own window; close it, or press Ctrl-C, to end.")
        _serve(web)


def _serve(web: Any) -> None:
    """Serve until Ctrl-C or the end of the browser."""
    with contextlib.suppress(KeyboardInterrupt):
        web.run()


def _end_with(browser_ends: Callable[[], object]) -> threading.Event:
    """End this process's serving when that call returns, unless the returned event is set."""
    over = threading.Event()

    def wait() -> None:
        browser_ends()
        if not over.is_set():
            _thread.interrupt_main()

    threading.Thread(target=wait, daemon=True).start()
    return over
