"""The partner interface."""
