"""Makes the manual, the completions and the reference from the program itself."""
