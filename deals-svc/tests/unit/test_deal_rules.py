"""The rules of a deal's way through the stages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from deal_builders import NOON, TODAY, USER, a_deal, a_pipeline, eur

from deals.domain.deal import StageMove
from deals.domain.errors import (
    DealIsClosed,
    DealIsOpen,
    LostReasonMissing,
    StageNotInPipeline,
    StagesIncomplete,
)
from deals.domain.pipeline import DEFAULT_STAGES, Pipeline


@pytest.fixture
def pipeline() -> Pipeline:
    return a_pipeline()


def stage(pipeline: Pipeline, name: str) -> object:
    return next(each for each in pipeline.stages if each.name == name)


def move(pipeline: Pipeline, deal: object, name: str, **changes: object) -> StageMove:
    arguments = {"at": NOON + timedelta(hours=2), "on": TODAY, "by": USER, **changes}
    step: StageMove = deal.move_to(stage(pipeline, name), pipeline.stage(deal.stage_id), **arguments)  # type: ignore[attr-defined]
    return step


def test_a_stage_sets_probability_category_and_status(pipeline: Pipeline) -> None:
    deal = a_deal(pipeline, value=eur(900))
    step = move(pipeline, deal, "Negotiation")
    assert (deal.probability, deal.forecast_category, deal.status) == (75, "commit", "open")
    assert (step.seconds_in_stage, step.amount, step.probability) == (7200, 900, 75)


def test_entering_the_won_stage_closes_the_deal_and_says_so(pipeline: Pipeline) -> None:
    deal = a_deal(pipeline)
    move(pipeline, deal, "Closed Won")
    assert (deal.status, deal.closed_on) == ("won", TODAY)
    assert [fact.wire for fact in deal.facts] == ["deal.stage_moved.v1", "deal.won.v1"]


def test_a_closed_deal_keeps_its_stage(pipeline: Pipeline) -> None:
    deal = a_deal(pipeline, "Closed Won")
    with pytest.raises(DealIsClosed):
        move(pipeline, deal, "Proposal")


def test_losing_needs_a_reason(pipeline: Pipeline) -> None:
    with pytest.raises(LostReasonMissing):
        move(pipeline, a_deal(pipeline), "Closed Lost")


def test_a_lost_deal_keeps_its_reason_until_it_is_reopened(pipeline: Pipeline) -> None:
    deal = a_deal(pipeline)
    move(pipeline, deal, "Closed Lost", lost_reason="pricing")
    assert (deal.lost_reason, deal.probability) == ("pricing", 0)
    deal.reopen(stage(pipeline, "Discovery"), pipeline.stage(deal.stage_id), at=NOON, on=TODAY, by=USER)  # type: ignore[arg-type]
    assert (deal.status, deal.lost_reason, deal.closed_on) == ("open", None, None)


def test_an_open_deal_cannot_be_reopened(pipeline: Pipeline) -> None:
    deal = a_deal(pipeline)
    with pytest.raises(DealIsOpen):
        deal.reopen(pipeline.first_stage(), pipeline.first_stage(), at=NOON, on=TODAY, by=USER)


def test_a_closed_deal_keeps_its_amount(pipeline: Pipeline) -> None:
    deal = a_deal(pipeline, "Closed Won", value=eur(900))
    with pytest.raises(DealIsClosed):
        deal.edit({"amount": eur(1)})
    deal.edit({"next_step": "Send the invoice"})
    assert (deal.amount, deal.next_step) == (900, "Send the invoice")


def test_a_stage_of_another_pipeline_is_refused(pipeline: Pipeline) -> None:
    with pytest.raises(StageNotInPipeline):
        pipeline.stage(a_pipeline().stages[0].id)


@pytest.mark.parametrize("missing", ["won", "lost", "open"])
def test_a_pipeline_needs_each_kind_of_stage(pipeline: Pipeline, missing: str) -> None:
    with pytest.raises(StagesIncomplete):
        pipeline.arrange([each for each in DEFAULT_STAGES if each["kind"] != missing])


def test_the_default_pipeline_has_the_agreed_probabilities(pipeline: Pipeline) -> None:
    assert [(each.name, each.probability) for each in pipeline.stages] == [
        ("Qualification", 20),
        ("Discovery", 30),
        ("Demo/Evaluation", 40),
        ("Proposal", 60),
        ("Negotiation", 75),
        ("Closed Won", 100),
        ("Closed Lost", 0),
    ]
