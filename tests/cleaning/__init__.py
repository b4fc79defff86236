"""Attachments and the sandbox they are opened in."""
