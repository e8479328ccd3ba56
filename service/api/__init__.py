"""The HTTP interface, ``/v1``: a module a resource, each with a router."""
