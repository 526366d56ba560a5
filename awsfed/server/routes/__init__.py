"""Every resource: what is asked for, who may, and what answers."""
