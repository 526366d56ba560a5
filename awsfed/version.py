"""The version of awsfed; the packaging reads it from here."""

VERSION = "0.1.0"
