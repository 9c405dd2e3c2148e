"""The nouns: the archive, the facts about deals, and the rules that keep them in order."""
