"""YouTube: the plugin against a pretended YouTube, and both against Google's own description of the API."""
