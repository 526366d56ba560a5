"""One module a shell."""
