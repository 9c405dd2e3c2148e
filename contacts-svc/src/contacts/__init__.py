"""contacts-svc owns accounts, contacts and leads, and tells what happens to them."""
