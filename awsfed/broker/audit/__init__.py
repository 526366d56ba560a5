"""The trail: who had which access, when, and why."""
