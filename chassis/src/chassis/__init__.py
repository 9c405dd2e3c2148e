"""The technique every service stands on. No word of the business lives in here."""
