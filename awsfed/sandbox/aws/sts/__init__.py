"""The security token service, answered by the sandbox itself."""
