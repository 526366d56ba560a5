"""The forms in which credentials reach their users."""
