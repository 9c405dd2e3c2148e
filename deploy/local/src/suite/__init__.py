"""Runs Rapport on one machine: what `./rapport` does lives here. Nothing in this package knows a CRM rule."""
