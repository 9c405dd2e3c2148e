"""The organisation: who works here, in which teams, with what keys. Shaped like a service, run inside the gateway."""
