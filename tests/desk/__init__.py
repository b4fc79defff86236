"""Tests of reviewer/desk/: real commands, real browsers, loopback only."""
