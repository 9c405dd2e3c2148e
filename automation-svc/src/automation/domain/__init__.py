"""The nouns: one file a concept, its columns and its rules."""
