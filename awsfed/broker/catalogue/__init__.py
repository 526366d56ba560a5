"""Where connectors come from."""
