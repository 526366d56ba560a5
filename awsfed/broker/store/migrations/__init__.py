"""Migrations of the store, run by `awsfed store migrate` alone; the order is that of their numbers."""
