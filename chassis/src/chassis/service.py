"""A service is its menu: a class whose attributes are commands, queries, subscriptions, timers and workers."""

from __future__ import annotations

from typing import ClassVar

from chassis import ledger
from chassis.operation import Operation
from chassis.subscription import Subscription, Timer, Worker


class Service:
    """Base of a service's menu. `name` is also its database, its RPC queue and the source of its events.

    `issuers` lists the process kinds whose signed contexts the service accepts. Beside its own lines every menu hosts
    those of the ledger.
    """

    name: ClassVar[str]
    issuers: ClassVar[tuple[str, ...]] = ("gateway", "automation")
    operations: ClassVar[dict[str, Operation]]
    subscriptions: ClassVar[list[Subscription]]
    timers: ClassVar[dict[str, Timer]]
    workers: ClassVar[dict[str, Worker]]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.operations, cls.subscriptions, cls.timers, cls.workers = {}, [], {}, {}
        for name, line in list(vars(cls).items()):
            if isinstance(line, Operation):
                line.bind(cls.name, name)
                cls.operations[name] = line
            elif isinstance(line, Subscription):
                cls.subscriptions.append(line)
            elif isinstance(line, Timer):
                cls.timers[name] = line
            elif isinstance(line, Worker):
                cls.workers[name] = line
        cls.operations |= ledger.hosted(cls.name, cls.subscriptions)
