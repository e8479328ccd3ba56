"""Verdicts of auditors: their store, agreement of people and machine, and what they say of rules."""
