"""The gateway's jobs: shaped like a service, run inside the gateway, worked off by the worker process."""
