"""Signing package tools in to CodeArtifact, through the files that they read."""
