"""Ways of running the pipeline over an export. One process is the default, and the only one so far."""
