"""The tests, one folder for each room; every person and account in them is invented."""
