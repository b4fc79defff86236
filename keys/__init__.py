"""The private half (the offline laptop): identities, their locks, and opening age files."""
