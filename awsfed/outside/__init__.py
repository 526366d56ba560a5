"""The doors: the only modules that import a library for the outside world."""
