"""How long a process waits before it is started again."""

from __future__ import annotations

from dataclasses import dataclass

FIRST, LONGEST, HEALTHY = 0.2, 30.0, 60.0


@dataclass
class Backoff:
    """0.2 s after the first death, twice as long after each further one, 30 s at most. A process that lived for 60 s
    before it died was healthy: its count starts again."""

    deaths: int = 0

    def after_death(self, lived: float) -> float:
        """The seconds to wait after a process died that had lived for `lived` seconds."""
        if lived >= HEALTHY:
            self.deaths = 0
        delay = min(FIRST * 2.0 ** min(self.deaths, 30), LONGEST)
        self.deaths += 1
        return delay
