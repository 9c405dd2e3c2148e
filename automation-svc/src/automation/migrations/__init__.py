"""Revisions of the schema, numbered."""
