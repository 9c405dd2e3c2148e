"""Generated from proto/rapport/partner/v1 by `python -m suite.stubs`; never edited by hand."""
