"""Revisions of the database, numbered."""
