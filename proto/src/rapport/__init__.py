"""Generated code of the interfaces that Rapport publishes."""
