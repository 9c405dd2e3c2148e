"""activities-svc: what people do with their customers, and the timeline of every record."""
