"""What the gateway itself answers, without any service: who gets in, what is refused, how errors and pages look."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from gateway_builders import AGateway, a_gateway
from werkzeug.test import TestResponse

from chassis import ids
from gateway import credentials, endpoint
from gateway.authentication import COOKIE
from gateway.endpoint import Undeclared


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AGateway]:
    made = a_gateway(tmp_path_factory.mktemp("gateway") / "home")
    yield made
    made.app.extensions["rapport"].close()


def code(answer: TestResponse) -> str:
    assert answer.mimetype == "application/problem+json", answer.text[:300]
    body = answer.get_json()
    assert set(body) >= {"type", "title", "status", "code", "detail", "errors", "request_id"}
    assert body["status"] == answer.status_code
    return str(body["code"])


# --- who gets in ---


def test_a_stranger_learns_nothing(gateway: AGateway) -> None:
    for path in ("/v1/deals", "/v1/users", "/v1/nothing", "/v1", "/v1/keys/key_x"):
        answer = gateway.client.get(path)
        assert (answer.status_code, code(answer)) == (401, "unauthenticated"), path
        assert "Bearer" in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    "header", ["Bearer junk", "Bearer ", "Basic YTpi", "rap_sk_x", "Bearer rap_sk_" + "0" * 75]
)
def test_junk_credentials_are_refused(gateway: AGateway, header: str) -> None:
    assert gateway.client.get("/v1/me", headers={"Authorization": header}).status_code == 401


def test_a_well_formed_key_that_nobody_made_is_refused(gateway: AGateway) -> None:
    text, _ = credentials.new_key(ids.new("key"))
    assert code(gateway.call("GET", "/v1/me", key=text)) == "key_not_valid"


def test_a_key_with_another_secret_is_refused(gateway: AGateway) -> None:
    known = credentials.read_key(gateway.admin_key)
    assert known is not None
    text, _ = credentials.new_key(known[0])
    assert code(gateway.call("GET", "/v1/me", key=text)) == "key_not_valid"


def test_an_expired_key_is_refused(gateway: AGateway) -> None:
    made = gateway.call(
        "POST", "/v1/keys", json={"name": "k", "role": "rep", "expires_at": "2020-01-01T00:00:00Z"}
    )
    assert code(gateway.call("GET", "/v1/me", key=made.get_json()["key"])) == "key_not_valid"


def test_a_revoked_key_is_refused(gateway: AGateway) -> None:
    made = gateway.call("POST", "/v1/keys", json={"name": "k", "role": "rep"}).get_json()
    assert gateway.call("DELETE", f"/v1/keys/{made['id']}").status_code == 204
    assert code(gateway.call("GET", "/v1/me", key=made["key"])) == "key_not_valid"
    assert made["key"] not in gateway.call("GET", "/v1/keys").text


def test_a_role_is_held_to_its_permissions(gateway: AGateway) -> None:
    made = gateway.call("POST", "/v1/keys", json={"name": "k", "role": "read_only"}).get_json()
    assert gateway.call("GET", "/v1/users", key=made["key"]).status_code == 200
    for method, path in (
        ("POST", "/v1/users"),
        ("GET", "/v1/keys"),
        ("POST", "/v1/deals"),
        ("POST", "/v1/teams"),
    ):
        assert code(gateway.call(method, path, key=made["key"], json={"name": "x"})) == "forbidden", path


def test_a_route_without_a_permission_refuses_to_start() -> None:
    app = Flask("undeclared")
    app.add_url_rule("/v1/secret", "secret", lambda: "all of it")
    with pytest.raises(Undeclared, match="/v1/secret"):
        endpoint.require_declarations(app)


# --- signing in ---


def sign_in(gateway: AGateway, token: str, **options: Any) -> TestResponse:
    return gateway.app.test_client(use_cookies=False).post("/v1/session", json={"token": token}, **options)


def cookie_of(answer: TestResponse) -> str:
    match = re.match(rf"{COOKIE}=([^;]+)", answer.headers["Set-Cookie"])
    assert match is not None
    return match[1]


def as_browser(gateway: AGateway, method: str, path: str, cookie: str, **headers: str) -> TestResponse:
    options: dict[str, Any] = {"json": {"name": "T"}} if method == "POST" else {}
    sent = {"Cookie": f"{COOKIE}={cookie}", **headers}
    return gateway.app.test_client(use_cookies=False).open(path, method=method, headers=sent, **options)


def test_a_link_signs_in_once_with_a_safe_cookie(gateway: AGateway) -> None:
    token = gateway.token()
    answer = sign_in(gateway, token)
    assert answer.status_code == 200
    cookie = answer.headers["Set-Cookie"]
    for part in ("__Host-rapport=", "Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie
    body = answer.get_json()
    assert body["user"]["role"] == "admin"
    assert body["workspace"]["currency"] == "USD"
    assert code(sign_in(gateway, token)) == "sign_in_link_not_valid"


@pytest.mark.parametrize("token", ["", "x", "a" * 43, "\u0000" * 43])
def test_a_made_up_token_signs_nobody_in(gateway: AGateway, token: str) -> None:
    assert sign_in(gateway, token).status_code == 401


def test_signing_in_makes_a_new_session_each_time(gateway: AGateway) -> None:
    mine = cookie_of(sign_in(gateway, gateway.token()))
    answer = sign_in(gateway, gateway.token(), headers={"Cookie": f"{COOKIE}={mine}"})
    assert cookie_of(answer) != mine


def test_a_browser_needs_its_csrf_token_to_write(gateway: AGateway) -> None:
    answer = sign_in(gateway, gateway.token())
    cookie, token = cookie_of(answer), answer.get_json()["csrf_token"]
    other = sign_in(gateway, gateway.token()).get_json()["csrf_token"]
    assert as_browser(gateway, "GET", "/v1/session", cookie).get_json()["csrf_token"] == token
    assert code(as_browser(gateway, "POST", "/v1/teams", cookie)) == "csrf_token_not_valid"
    assert (
        code(as_browser(gateway, "POST", "/v1/teams", cookie, **{"X-CSRF-Token": other}))
        == "csrf_token_not_valid"
    )
    assert as_browser(gateway, "POST", "/v1/teams", cookie, **{"X-CSRF-Token": token}).status_code == 201


def test_another_sites_page_may_not_write(gateway: AGateway) -> None:
    answer = sign_in(gateway, gateway.token())
    headers = {"X-CSRF-Token": answer.get_json()["csrf_token"], "Origin": "https://elsewhere.example"}
    assert code(as_browser(gateway, "POST", "/v1/teams", cookie_of(answer), **headers)) == "origin_refused"
    foreign = sign_in(gateway, gateway.token(), headers={"Origin": "https://elsewhere.example"})
    assert code(foreign) == "origin_refused"
    headers["Origin"] = "http://127.0.0.1:8080"
    assert as_browser(gateway, "POST", "/v1/teams", cookie_of(answer), **headers).status_code == 201


def test_signing_out_counts_at_once(gateway: AGateway) -> None:
    answer = sign_in(gateway, gateway.token())
    cookie, token = cookie_of(answer), answer.get_json()["csrf_token"]
    assert as_browser(gateway, "DELETE", "/v1/session", cookie, **{"X-CSRF-Token": token}).status_code == 204
    assert code(as_browser(gateway, "GET", "/v1/session", cookie)) == "session_ended"


def test_those_who_are_switched_off_are_out(gateway: AGateway) -> None:
    user = gateway.call("POST", "/v1/users", json={"name": "Ada", "role": "rep"}).get_json()
    cookie = cookie_of(sign_in(gateway, gateway.token(user_id=user["id"])))
    assert as_browser(gateway, "GET", "/v1/session", cookie).status_code == 200
    body = {"is_active": False, "expected_version": 1}
    assert gateway.call("PATCH", f"/v1/users/{user['id']}", json=body).status_code == 200
    assert as_browser(gateway, "GET", "/v1/session", cookie).status_code == 401


# --- requests read strictly ---


def post(gateway: AGateway, text: str | bytes, kind: str = "application/json") -> TestResponse:
    return gateway.call("POST", "/v1/teams", data=text, headers={"Content-Type": kind})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "[]",
        '{"name": NaN}',
        '{"name": 1e999}',
        '{"name": "a", "name": "b"}',
        '{"custom": ' + '{"a":' * 30 + "1" + "}" * 30 + "}",
        "[" * 100_000,
        b'{"name": "\xff"}',
    ],
)
def test_a_body_that_is_no_plain_object_is_malformed(gateway: AGateway, text: str | bytes) -> None:
    answer = post(gateway, text)
    assert (answer.status_code, code(answer)) == (400, "malformed")


def test_a_body_has_a_type_and_a_size(gateway: AGateway) -> None:
    assert post(gateway, "{}", kind="text/plain").status_code == 415
    assert post(gateway, json.dumps({"name": "x" * 1_100_000})).status_code == 413


def test_unknown_fields_and_parameters_are_refused_by_name(gateway: AGateway) -> None:
    answer = post(gateway, '{"name": "T", "workspace_id": "x", "version": 3}')
    assert {entry["pointer"] for entry in answer.get_json()["errors"]} == {"/workspace_id", "/version"}
    answer = gateway.call("GET", "/v1/teams?filer=x")
    assert (code(answer), "filer" in answer.get_json()["detail"]) == ("unknown_parameter", True)


def test_complaints_point_into_the_callers_own_body(gateway: AGateway) -> None:
    team = post(gateway, '{"name": "T"}').get_json()
    answer = gateway.call("PATCH", f"/v1/teams/{team['id']}", json={"name": "", "expected_version": 1})
    assert answer.get_json()["errors"][0]["pointer"] == "/name"
    assert "changes" not in answer.get_json()["detail"]
    answer = post(gateway, '{"name": "T", "id": "user_x"}')
    assert answer.get_json()["errors"][0]["pointer"] == "/id"


def test_a_change_names_the_version_it_saw(gateway: AGateway) -> None:
    team = post(gateway, '{"name": "T"}')
    path = f"/v1/teams/{team.get_json()['id']}"
    assert team.headers["ETag"] == '"1"'
    assert code(gateway.call("PATCH", path, json={"name": "U"})) == "version_missing"
    assert (
        code(gateway.call("PATCH", path, json={"name": "U"}, headers={"If-Match": "*"})) == "version_missing"
    )
    changed = gateway.call("PATCH", path, json={"name": "U"}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    stale = gateway.call("PATCH", path, json={"name": "V", "expected_version": 1})
    assert (stale.status_code, stale.get_json()["changed"], stale.get_json()["version"]) == (412, ["name"], 2)
    assert gateway.call("GET", path, headers={"If-None-Match": '"2"'}).status_code == 304


def test_an_idempotency_key_makes_a_write_repeatable(gateway: AGateway) -> None:
    headers = {"Idempotency-Key": ids.new("request")}
    made = [gateway.call("POST", "/v1/teams", json={"name": "Once"}, headers=headers) for _ in range(3)]
    assert len({answer.get_json()["id"] for answer in made}) == 1
    other = gateway.call("POST", "/v1/teams", json={"name": "Other"}, headers=headers)
    assert (other.status_code, code(other)) == (422, "idempotency_key_reused")


def test_an_id_that_cannot_be_one_is_not_found(gateway: AGateway) -> None:
    for wrong in ("x", ids.new("user"), "team_" + "9" * 26):
        assert code(gateway.call("GET", f"/v1/teams/{wrong}")) == "not_found"


# --- lists ---


def test_cursors_walk_a_list_and_belong_to_it(gateway: AGateway) -> None:
    for name in "ABCDE":
        gateway.call("POST", "/v1/users", json={"name": f"Walk {name}", "role": "rep"})
    query = 'filter=name ~ "walk"&sort=name&limit=2'
    seen: list[str] = []
    path: str | None = f"/v1/users?{query}"
    while path is not None:
        page = gateway.call("GET", path)
        seen += [user["name"] for user in page.get_json()["data"]]
        cursor = page.get_json()["next_cursor"]
        path = None if cursor is None else f"/v1/users?{query}&cursor={cursor}"
        if cursor is not None:
            assert 'rel="next"' in page.headers["Link"]
    assert seen == [f"Walk {name}" for name in "ABCDE"]
    first = gateway.call("GET", f"/v1/users?{query}").get_json()["next_cursor"]
    assert code(gateway.call("GET", f"/v1/users?sort=-name&limit=2&cursor={first}")) == "cursor_mismatch"
    assert code(gateway.call("GET", f"/v1/users?{query}&cursor={first[:-4]}AAAA")) == "invalid_cursor"


def test_a_list_shows_what_was_asked_for(gateway: AGateway) -> None:
    ada = gateway.call("POST", "/v1/users", json={"name": "Shown", "role": "rep"}).get_json()
    team = gateway.call("POST", "/v1/teams", json={"name": "S", "manager_id": ada["id"]}).get_json()
    missing = ids.new("team")
    path = f"/v1/teams?ids={team['id']},{missing}&fields=name&expand=manager"
    page = gateway.call("GET", path).get_json()
    assert page["missing"] == [missing]
    assert page["data"][0]["manager"]["name"] == "Shown"
    assert set(page["data"][0]) == {"id", "name", "manager"}
    assert code(gateway.call("GET", "/v1/teams?fields=nam")) == "unknown_field"
    assert code(gateway.call("GET", "/v1/teams?expand=boss")) == "unknown_link"
    assert code(gateway.call("GET", "/v1/teams?limit=201")) == "invalid_limit"
    assert code(gateway.call("GET", "/v1/teams?filter=nam = 3")) == "invalid_filter"
    assert gateway.call("GET", "/v1/teams?limit=1&count=true").get_json()["total"] >= 1


def test_a_search_takes_the_filter_as_a_tree(gateway: AGateway) -> None:
    gateway.call("POST", "/v1/users", json={"name": "Tree", "role": "rep"})
    body = {"filter": {"field": "name", "op": "=", "value": "Tree"}, "fields": ["name"]}
    assert [
        user["name"] for user in gateway.call("POST", "/v1/users/search", json=body).get_json()["data"]
    ] == ["Tree"]


def test_people_are_found_by_a_few_letters(gateway: AGateway) -> None:
    for name, email in (("Zoë Quartz", "zq@example.com"), ("Quartzer Zeno", None)):
        gateway.call("POST", "/v1/users", json={"name": name, "email": email, "role": "rep"})
    found = gateway.call("GET", "/v1/search?q=quar ZOE&types=users").get_json()
    assert [(hit["type"], hit["label"], hit["detail"]) for hit in found["data"]] == [
        ("user", "Zoë Quartz", "zq@example.com")
    ]
    assert found["data"][0]["matched"] == {"field": "name", "text": "Zoë Quartz", "spans": [[0, 3], [4, 8]]}
    assert found["warnings"] == []
    found = gateway.call("GET", "/v1/search?q=quartz&types=users").get_json()
    assert [hit["rank"] for hit in found["data"]] == ["prefix", "word"]


@pytest.mark.parametrize(
    ("query", "code_of", "pointer"),
    [
        ("q=", "invalid", "/q"),
        ("", "invalid", "/q"),
        ("q=x&types=users,planets", "invalid", "/types/1"),
        ("q=x&limit=51", "invalid", "/limit"),
        ("q=x&kind=users", "unknown_parameter", None),
    ],
)
def test_a_search_that_cannot_be_is_refused(
    gateway: AGateway, query: str, code_of: str, pointer: str | None
) -> None:
    refused = gateway.call("GET", f"/v1/search?{query}")
    assert code(refused) == code_of
    assert [entry["pointer"] for entry in refused.get_json()["errors"]] == ([pointer] if pointer else [])


def test_a_batch_answers_for_each_operation(gateway: AGateway) -> None:
    team = post(gateway, '{"name": "B"}').get_json()
    operations = [
        {"op": "create", "data": {"name": "C"}},
        {"op": "create", "data": {"nam": "D"}},
        {"op": "update", "id": team["id"], "expected_version": 1, "data": {"name": "E"}},
        {"op": "update", "id": team["id"], "data": {"name": "F"}},
        {"op": "destroy"},
    ]
    answer = gateway.call("POST", "/v1/teams/batch", json={"operations": operations}).get_json()
    assert [result["status"] for result in answer["results"]] == [201, 422, 200, 428, 422]
    assert (answer["succeeded"], answer["failed"]) == (2, 3)
    assert {e["pointer"] for e in answer["results"][1]["error"]["errors"]} == {"/data/name", "/data/nam"}
    many = {"operations": [{"op": "create"}] * 1001}
    assert code(gateway.call("POST", "/v1/teams/batch", json=many)) == "too_many_operations"


# --- without the broker ---


def test_without_the_broker_the_services_parts_say_so_and_the_rest_works(gateway: AGateway) -> None:
    for method, path in (("GET", "/v1/deals"), ("POST", "/v1/accounts"), ("GET", "/v1/reports/pipeline")):
        answer = gateway.call(method, path, json={"name": "x"} if method == "POST" else None)
        assert (answer.status_code, code(answer)) == (503, "service_unavailable"), path
        assert answer.get_json()["service"] == "broker"
        assert int(answer.headers["Retry-After"]) >= 1
    assert gateway.call("GET", "/v1/me").status_code == 200
    assert gateway.call("GET", "/v1/status").get_json()["broker"] == "down"
    assert gateway.client.get("/readyz").status_code == 200
    found = gateway.call("GET", "/v1/search?q=x").get_json()
    assert (found["data"], {one["service"] for one in found["warnings"]}) == (
        [],
        {"contacts", "deals", "activities"},
    )


# --- what every answer has ---


def test_a_request_id_is_kept_or_made(gateway: AGateway) -> None:
    kept = gateway.call("GET", "/v1/me", headers={"X-Request-Id": "mine-1"})
    assert kept.headers["X-Request-Id"] == "mine-1"
    assert "total;dur=" in kept.headers["Server-Timing"]
    made = gateway.call("GET", "/v1/nothing", headers={"X-Request-Id": "bad id\t"})
    assert made.headers["X-Request-Id"] == made.get_json()["request_id"] != "bad id\t"


def test_the_type_of_an_error_is_a_page(gateway: AGateway) -> None:
    for path in ("/v1/nothing", "/v1/teams?limit=x", "/v1/teams/x"):
        link = gateway.call("GET", path).get_json()["type"]
        page = gateway.client.get(link.removeprefix("http://127.0.0.1:8080"))
        assert (page.status_code, page.mimetype) == (200, "text/html")


# --- the description and the pages ---


def test_the_description_is_complete(gateway: AGateway) -> None:
    document = gateway.client.get("/v1/openapi.json").get_json()
    assert document["openapi"].startswith("3.1")
    described = {(method, path) for path, operations in document["paths"].items() for method in operations}
    for rule in gateway.app.url_map.iter_rules():
        if rule.rule.startswith("/v1"):
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule).replace("{record_id}", "{id}")
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                assert (method.lower(), path) in described
    for operations in document["paths"].values():
        for operation in operations.values():
            assert operation["summary"]
            assert "default" in operation["responses"]
            assert operation["tags"][0]


def test_pages_load_nothing_from_elsewhere(gateway: AGateway) -> None:
    for path in ("/docs", "/docs/errors", "/docs/errors/version_conflict", "/"):
        answer = gateway.client.get(path)
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert "<script" not in answer.text
        assert not re.search(r"(src|href)=['\"]https?://", answer.text)


def test_the_ui_is_served_or_said_to_be_missing(gateway: AGateway, tmp_path: Path) -> None:
    assert "not built" in gateway.client.get("/").text
    dist = gateway.home / "web" / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<title>Rapport</title>")
    (dist / "assets" / "main-1a2b.js").write_text("1")
    (gateway.home / "web" / "secret.txt").write_text("no")
    for path in ("/", "/deals/deal_1", "/sign-in"):
        page = gateway.client.get(path)
        assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-cache")
        assert "Rapport" in page.text
    assert "immutable" in gateway.client.get("/assets/main-1a2b.js").headers["Cache-Control"]
    for path in ("/assets/gone.js", "/../secret.txt", "/%2e%2e/secret.txt", "/v1x/y.js"):
        assert gateway.client.get(path).status_code == 404, path
