"""Tests of reviewer/."""
