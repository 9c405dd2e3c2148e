"""What reporting-svc asks of others: nothing. Everything it knows, it was told."""
