"""Whole stories, through several rooms."""
