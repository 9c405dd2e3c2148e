"""Methods of single kinds that say more than their route does; the generated classes stand on these."""

from __future__ import annotations

from datetime import datetime

from rapport_client.collection import Collection
from rapport_client.record import Record, Ref, id_of
from rapport_client.records import Deal, Key, NewKey, Notification, Pipeline
from rapport_client.values import UNSET, Unset, body_of


class PipelinesByHand(Collection[Pipeline]):
    """Pipelines."""

    def board(self, pipeline: Ref, *, filter: str | None = None, limit: int = 50) -> Record:
        """Every stage with its first deals, counts and totals."""
        return Record(self._read(pipeline, "board", {"filter": filter or UNSET, "limit": limit}))


class DealsByHand(Collection[Deal]):
    """Deals."""

    def move_stage(
        self,
        deal: Ref,
        *,
        stage: Ref,
        lost_reason: str | Unset | None = UNSET,
        idempotency_key: str | None = None,
    ) -> Deal:
        """Move a deal to another stage of its pipeline, by the stage's id or name; a won or lost stage closes it.

        Raises `ValueError`, naming the stages there are, for a name that no stage has.
        """
        seen = deal if isinstance(deal, Record) and "pipeline_id" in deal.raw else self.get(deal)
        values = {"stage_id": self._stage_id(seen, stage), "lost_reason": lost_reason}
        # Whoever gave an id meant the deal as it is; whoever gave a record, the version they saw.
        return self._made(self._verb(deal, "move-stage", values, True, idempotency_key))

    def _stage_id(self, deal: Record, stage: Ref) -> str:
        if isinstance(stage, Record) or stage.startswith("stage_"):
            return id_of(stage)
        pipeline = self._transport.call("GET", f"/v1/pipelines/{deal.raw['pipeline_id']}")
        names = {one["name"].casefold(): one["id"] for one in pipeline["stages"]}
        found = names.get(stage.strip().casefold())
        if found is None:
            known = ", ".join(one["name"] for one in pipeline["stages"])
            raise ValueError(f"There is no stage {stage!r} in {pipeline['name']}; its stages: {known}.")
        return str(found)


class KeysByHand(Collection[Key]):
    """API keys."""

    def create(
        self,
        *,
        name: str,
        role: str,
        expires_at: datetime | Unset | None = UNSET,
    ) -> NewKey:
        """Make a key; its text (`.key`) is in this answer and never again."""
        body = body_of({"name": name, "role": role, "expires_at": expires_at})
        return NewKey(self._transport.call("POST", self._path, json=body))


class NotificationsByHand(Collection[Notification]):
    """The caller's notifications."""

    def unread(self) -> int:
        """How many are not read."""
        return int(self._transport.call("GET", f"{self._path}/unread")["unread"])

    def mark_all_read(self, *, until: datetime | Unset = UNSET) -> int:
        """Mark all as read, or those made until an instant; returns how many were not."""
        return self._all("mark-all-read", until)

    def archive_all(self, *, until: datetime | Unset = UNSET) -> int:
        """Archive all that are read, or those made until an instant; returns how many there were."""
        return self._all("archive-all", until)

    def _all(self, verb: str, until: datetime | Unset) -> int:
        return int(
            self._transport.call("POST", f"{self._path}/{verb}", json=body_of({"until": until}))["changed"]
        )
