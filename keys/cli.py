"""The command `sakse-keys`: the ceremony on an offline laptop."""

from __future__ import annotations

from envelope.cli import LazyGroup, run
from envelope.offline import forbid_network

cli = LazyGroup(
    name="sakse-keys",
    help="Make and sign the keys of a team, on a laptop that is on no network.",
    lazy={
        "root": ("keys.commands:root", "Make the team's offline signing root."),
        "new": ("keys.commands:new", "Make a person: a locked identity and a public card."),
        "keyring": ("keys.commands:keyring", "Sign the list of recipients of one month."),
        "show": ("keys.commands:show", "Say what a card, keyring or key file holds."),
        "passphrase": ("keys.commands:passphrase", "Offer a passphrase of words chosen by chance."),
        "unlock": ("keys.commands:unlock", "Print an identity's private keys for stock age."),
    },
)


def main() -> None:
    """Refuse the network for the life of this process, then run the command."""
    forbid_network()
    run(cli)
