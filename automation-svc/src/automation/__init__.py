"""automation-svc: reacts to what the other services tell, by workflows stored as data, each effect once."""
