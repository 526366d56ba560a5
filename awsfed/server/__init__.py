"""The broker over HTTP: parse, one call, answer, map errors to statuses."""
