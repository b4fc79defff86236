"""Tests of envelope/."""
