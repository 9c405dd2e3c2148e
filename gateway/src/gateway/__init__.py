"""The gateway: identifies callers, translates REST to operations of the services, and owns the organisation."""
