"""Vending at STS."""
