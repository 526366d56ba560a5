"""Connectors of an installed IFAWS, there and back: its JSON of connectors and accounts, and our catalogues.

An account of IFAWS is what awsfed calls an access key. Nothing secret is read from one side or written to the other.
"""
