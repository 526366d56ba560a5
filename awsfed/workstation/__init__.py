"""East wing: keeps credentials and delivers them."""
