"""The nouns: one file per concept, its columns and its rules."""
