"""Fixtures for every test of the repository: the suite under test."""

pytest_plugins = ["suite.testing"]
