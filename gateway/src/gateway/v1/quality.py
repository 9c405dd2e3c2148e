"""The quality of the data: one record of figures, and the request to look at it now."""

from __future__ import annotations

from flask import Blueprint, Response

from gateway import http
from gateway.endpoint import endpoint
from gateway.v1.resource import Resource
from messages.contacts import CheckQuality, DuplicatesView, FindDuplicates, QualityView

SERVICE = "contacts"

QUALITY = Resource("data-quality", SERVICE, "quality", plural="quality")
RESOURCES = (QUALITY,)

blueprint = Blueprint("quality_check", __name__, url_prefix="/v1")


@blueprint.get("/possible-duplicates")
@endpoint(
    "Records that are probably the same as one to be made",
    permission=FindDuplicates.permission,
    tag=QUALITY.name,
    query=FindDuplicates,
    answers=DuplicatesView,
)
def possible_duplicates() -> Response:
    return http.reply(http.call(SERVICE, "find_duplicates", http.arguments(FindDuplicates)))


@blueprint.post("/data-quality/check")
@endpoint(
    "Look at how good the data is now",
    permission=CheckQuality.permission,
    tag=QUALITY.name,
    answers=QualityView,
)
def check() -> Response:
    return http.reply(http.call(SERVICE, "check_quality"))
