"""The desk: the reviewer's page on 127.0.0.1, for reading and deciding (reviewer's laptop)."""
