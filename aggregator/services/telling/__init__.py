"""Telling people: from what happened to a notice, from a notice to every address that wants it, and what each person chose."""
