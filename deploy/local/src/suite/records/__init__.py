"""Records from the command line: whom to ask, values as people type them, answers as people and programs read them."""
