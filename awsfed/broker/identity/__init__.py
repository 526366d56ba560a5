"""Who somebody is: asking the directory."""
