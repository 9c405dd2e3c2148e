"""The reads: SQL to plain values."""
