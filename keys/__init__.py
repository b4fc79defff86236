"""The private half, for the laptop: ceremony, locked identities, opening age files; no key file."""
