"""The worker: its own process, works off the jobs that people started."""
