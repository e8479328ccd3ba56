"""Audit samples: planned, drawn, and turned into rates with intervals."""
