"""The ledger of a record, a job or a request: what arrived, what it caused, what was suppressed, waits or failed.

Nothing is kept here: each service tells what it knows, and this puts it into one order and into words.
"""
