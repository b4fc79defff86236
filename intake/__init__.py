"""The drop (machine 1): an onion service that keeps sealed files it cannot open."""
