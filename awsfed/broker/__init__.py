"""West wing: decides who may have what, and vends it."""
