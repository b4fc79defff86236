"""The documenter's laptop and the outside checker: seals in bulk, sends, compares the page."""
