"""Where long-term access keys live."""
