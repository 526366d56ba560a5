"""Longer jobs that need both wings."""
