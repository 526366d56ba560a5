"""The broker over HTTP: our own resources, those of the vendor's app, and pages for browsers."""
