"""The files in ~/.aws that every SDK reads."""
