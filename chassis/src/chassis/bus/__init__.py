"""The bus: the only place that imports nameko, kombu or amqp.

`server`, `host` and `green` belong to the nameko services; everything else also runs in plain threads and imports
without nameko or eventlet.
"""
