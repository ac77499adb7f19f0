"""Google Business Profile: the plugin against a pretended one, and both against Google's own descriptions."""
