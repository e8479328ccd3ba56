"""Measuring: labelled cases against evidence."""
