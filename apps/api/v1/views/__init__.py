"""The views of the API, one file a resource: parse, one call of the domain, answer."""
