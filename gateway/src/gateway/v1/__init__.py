"""The REST interface: the resource factory, then one file per family."""
