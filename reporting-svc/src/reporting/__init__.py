"""reporting-svc: the archive of everything that happened, and the reports computed from it."""
