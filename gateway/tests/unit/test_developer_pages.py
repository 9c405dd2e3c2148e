"""What a developer finds on a running suite: a place to start, guides, errors, events, and all of it for programs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from gateway_builders import AGateway, a_gateway

from gateway.catalogue import catalogue
from gateway.guides import GUIDES
from gateway.markdown import anchor, html, relinked


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AGateway]:
    made = a_gateway(tmp_path_factory.mktemp("pages") / "home")
    yield made
    made.app.extensions["rapport"].close()


class Links(HTMLParser):
    """Gathers the links and the anchors of a page, and whatever would load something."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "a":
            self.links.append(str(found["href"]))
        if found.get("id"):
            self.anchors.add(str(found["id"]))
        if tag in ("script", "link", "img", "iframe"):
            self.loads.append(tag)


def test_every_link_between_the_pages_leads_somewhere(gateway: AGateway) -> None:
    pages: dict[str, Links] = {}
    waiting = ["/docs"]
    while waiting:
        path = waiting.pop()
        answer = gateway.client.get(path)
        assert answer.status_code == 200, path
        if answer.mimetype != "text/html" or path in pages:
            continue
        pages[path] = found = Links(answer.text)
        assert found.loads == [], path
        for link in found.links:
            target = link.partition("#")[0]
            if target.startswith("/") and target not in pages:
                waiting.append(target)
    assert {f"/docs/{name}" for name in ("tutorial", "client", "events", "errors")} <= set(pages)
    for path, page in pages.items():
        for link in page.links:
            target, _, fragment = link.partition("#")
            if fragment and not target.startswith("http"):
                assert fragment in pages[target or path].anchors, f"{path}: {link}"


def test_guides_are_served_as_markdown_too(gateway: AGateway) -> None:
    answer = gateway.client.get("/docs/tutorial.md")
    assert (answer.status_code, answer.mimetype) == (200, "text/markdown")
    assert "(/docs/events.md)" in answer.text and "(/docs/client.md)" in answer.text
    assert not re.search(r"\]\((?!/docs/|https?://|#)", answer.text)
    for path in ("/docs/nothing", "/docs/nothing.md", "/docs/..%2f..%2fREADME.md", "/docs/README.md"):
        assert gateway.client.get(path).status_code == 404, path


def test_programs_that_read_get_it_in_brief(gateway: AGateway) -> None:
    answer = gateway.client.get("/llms.txt")
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    assert answer.text.startswith("# Rapport\n")
    hosts = set(re.findall(r"https?://[^/\s)]+", answer.text))
    assert hosts == {"http://127.0.0.1:8080"}
    for link in re.findall(r"\]\(http://127.0.0.1:8080([^)]+)\)", answer.text):
        assert gateway.client.get(link).status_code == 200, link


def test_an_error_has_a_page_that_knows_it(gateway: AGateway) -> None:
    refused = gateway.call("GET", "/v1/users/user_x").get_json()
    assert refused["kind"] == "not_found"
    page = gateway.client.get(refused["type"].removeprefix("http://127.0.0.1:8080"))
    assert page.status_code == 200 and "HTTP 404" in page.text
    rule = gateway.client.get("/docs/errors/deals.deal_is_closed").text
    assert "reopen it first" in rule and "HTTP 422" in rule
    assert gateway.client.get("/docs/errors/new.code").status_code == 200
    assert gateway.client.get("/docs/errors/<b>").status_code == 404


def test_every_type_of_event_is_listed_with_a_sample(gateway: AGateway) -> None:
    assert gateway.client.get("/v1/event-types").status_code == 401
    listed = gateway.call("GET", "/v1/event-types").get_json()["data"]
    types = {one["type"]: one for one in listed}
    moved = types["deal.stage_moved.v1"]
    assert (moved["source"], moved["subject"]) == ("deals", "deal")
    assert {"to_stage", "to_stage_kind"} <= {field["name"] for field in moved["fields"]}
    assert moved["sample"]["data"]["to_stage"] == "Proposal"
    assert types["call.missed.v1"]["subject"] == "activity"


def test_samples_hold_what_their_messages_ask_for() -> None:
    from chassis import contracts

    for one in catalogue():
        schema = contracts.events()[one["type"]]
        assert schema().validate(one["sample"]["data"]) == {}, one["type"]
        assert one["description"].endswith("."), one["type"]


def test_every_guide_has_a_file_or_is_left_out(gateway: AGateway) -> None:
    start = gateway.client.get("/docs").text
    for name in GUIDES:
        is_there = gateway.client.get(f"/docs/{name}").status_code == 200
        assert is_there == (f"href='/docs/{name}'" in start), name


def test_html_in_markdown_is_text() -> None:
    title, body = html("# One `x`\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1))\n\n## A b\n")
    assert title == "One `x`"
    assert "<script" not in body and "href=" not in body
    assert '<h2 id="a-b">' in body


def test_anchors_are_those_of_github() -> None:
    assert anchor("deal.stage_moved.v1") == "dealstage_movedv1"
    assert anchor("1. Start, and get a key") == "1-start-and-get-a-key"


def test_links_without_a_target_become_words() -> None:
    assert relinked("[a](b.md) [c](d)", lambda link: "/x" if link == "b.md" else None) == "[a](/x) c"
