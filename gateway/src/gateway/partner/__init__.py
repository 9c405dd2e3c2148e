"""The partners' door: a gRPC server in a process of its own.

It identifies, translates and masks; rules stay in the services.
"""
