"""Temporary AWS credentials for the people in your Atlassian Crowd."""
