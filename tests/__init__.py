"""Tests: unit, property, golden, security, browser and (apart) benchmarks."""
