"""The resources of the REST interface, one module per kind of entity."""
