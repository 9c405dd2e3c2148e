"""The nouns: a job and the rows it could not do."""
