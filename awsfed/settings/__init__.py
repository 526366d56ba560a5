"""Files, environment and options become one validated value, each part with its origin."""
