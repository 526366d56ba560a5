"""Vended credentials between two uses."""
