"""Shell: parse, one call, print, map errors to exit codes."""
