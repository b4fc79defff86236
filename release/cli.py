"""The command `sakse-verify`: checks bundles, keyrings and logs on the legal team's computer."""

from __future__ import annotations

from envelope.cli import LazyGroup, run

cli = LazyGroup(
    name="sakse-verify",
    help="Check what a team released, with a fingerprint you got by voice or on paper.",
    lazy={
        "bundle": ("release.commands:bundle", "Check a release bundle, sealed or opened."),
        "keyring": ("release.commands:keyring", "Check a keyring against the root's fingerprint."),
        "log": ("release.commands:log", "Check that the lines of a custody log hold together."),
    },
)


def main() -> None:
    """Run the command; each sub-command refuses the network first if it needs none."""
    run(cli)
