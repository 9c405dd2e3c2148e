"""What contacts-svc asks of others: nothing."""
