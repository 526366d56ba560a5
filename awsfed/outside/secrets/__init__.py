"""Places that keep secrets."""
