"""What is done with vended credentials."""
