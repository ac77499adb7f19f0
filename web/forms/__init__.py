"""What a person may send: one form a purpose, checked before a service sees it."""
