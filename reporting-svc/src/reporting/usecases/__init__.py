"""The verbs: what is done with events as they arrive."""
