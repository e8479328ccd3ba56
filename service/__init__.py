"""HTTP service of the case record analyser; arrives with the service issue."""
