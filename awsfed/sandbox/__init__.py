"""A Crowd and an AWS on loopback to try everything against; shares no code with the rest of awsfed."""
