"""Keeps the suite's processes alive: starts them in order, restarts what dies, says why it died, stops them all.

It knows no process by name: `up` hands it a list of specs. It stays small (no HTTP, no database, no CLI library), since
it is the one thing here that must never die.
"""
