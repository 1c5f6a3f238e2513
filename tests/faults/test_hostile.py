"""What browsers and spreadsheets could be made to do: another host, another site, frames, markup, formulas."""

import csv
import io
import json
import re
import urllib.parse
from collections.abc import Callable

import pytest

from ..production import Production

Figure = Callable[[str], None]
TRADE = {"ticker": "AAPL", "price": "170.25", "quantity": "10", "side": "buy"}
EVIL = "evil.example"
MARKUP = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'-alert(1)-'", "</textarea><svg onload=alert(1)>",
          "{{7*7}}", "javascript:alert(1)")  # fmt: skip
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://evil.example")', "'=1", "'")
PASSWORD = "between this test and the ledger"


@pytest.mark.case("Host header")
def test_another_host_is_refused(production: Production, figure: Figure) -> None:
    hosts = (EVIL, f"127.0.0.1.{EVIL}", f"127.0.0.1@{EVIL}", f"{EVIL}:443", "localhost", "", f"127.0.0.1:x{EVIL}")
    for host in hosts:
        for path in ("/login/", "/api/trades/", "/livez", "/api/schema/"):
            status, headers, body = production.ask("GET", path, role="viewer", Host=host)
            assert status == 400, (host, path)
            assert EVIL not in str(headers) + body.decode()
    forwarded = production.ask("GET", "/api/", role="viewer", X_Forwarded_Host=EVIL)
    assert forwarded[0] == 200
    assert EVIL not in forwarded[2].decode()
    figure(f"{len(hosts)} hosts refused with 400, none repeated")


class Browser:
    """Cookies, and what a form needs."""

    def __init__(self, production: Production) -> None:
        self.production, self.cookies = production, dict[str, str]()
        self.send("GET", "/login/")

    def log_in(self, path: str = "/login/", **form: str) -> dict[str, str]:
        """The headers of the answer."""
        status, headers, _ = self.send("POST", path, {"username": "robin", "password": PASSWORD, **form})
        assert status == 302
        return headers

    def send(
        self, method: str, path: str, form: dict[str, str] | None = None, **headers: str
    ) -> tuple[int, dict[str, str], str]:
        """A form has the page's own token, unless `headers` say otherwise."""
        given = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
                 "Referer": f"https://127.0.0.1:{self.production.port}/"}  # fmt: skip
        if form is not None:
            form = {"csrfmiddlewaretoken": self.cookies.get("csrftoken", ""), **form}
        status, answered, body = self.production.send(method, path, form, {**given, **headers})
        for cookie in answered.get("set-cookie", "").split("\n"):
            if found := re.match(r"(\w+)=([^;]*)", cookie):
                self.cookies[found[1]] = found[2]
        return status, answered, body.decode()


@pytest.fixture(scope="module")
def browser(production: Production) -> Browser:
    production.manage("shell", "--no-imports", "-c",
                      "from django.contrib.auth.models import User, Group\n"
                      f"user = User.objects.create_user('robin', password={PASSWORD!r})\n"
                      "user.groups.set(Group.objects.filter(name__in=['trader', 'admin']))")  # fmt: skip
    browser = Browser(production)
    browser.log_in()
    return browser


@pytest.mark.case("CSRF")
def test_another_site_changes_nothing(production: Production, browser: Browser, figure: Figure) -> None:
    form = {**TRADE, "note": "forged"}
    forged = [
        browser.send("POST", "/api/trades/", {**form, "csrfmiddlewaretoken": "x" * 32}),
        browser.send("POST", "/api/trades/", form, Origin=f"https://{EVIL}"),
        browser.send("POST", "/api/trades/", {**form, "csrfmiddlewaretoken": ""}, Referer=f"https://{EVIL}/"),
        browser.send("POST", "/api/trades/", form, Origin="null"),
        browser.send("POST", "/logout/", {"csrfmiddlewaretoken": "x" * 32}),
        browser.send("POST", "/admin/access/token/", {"csrfmiddlewaretoken": "x" * 32}),
    ]
    assert [status for status, _, _ in forged] == [403] * len(forged)
    assert browser.send("POST", "/api/trades/", {**TRADE, "note": "own"})[0] == 201
    assert "forged" not in production.ask("GET", "/api/trades/export/?format=csv", role="viewer")[2].decode()
    figure(f"{len(forged)} forged requests refused with 403")


@pytest.mark.case("CORS")
def test_another_site_reads_nothing(production: Production, figure: Figure) -> None:
    for method in ("GET", "OPTIONS", "POST"):
        _, headers, _ = production.ask(method, "/api/trades/", {} if method == "POST" else None, role="viewer",
                                       Origin=f"https://{EVIL}", Access_Control_Request_Method="POST")  # fmt: skip
        assert not [name for name in headers if name.startswith("access-control")]
    figure("no answer lets another origin read it")


@pytest.mark.case("clickjacking")
def test_no_page_can_be_framed(production: Production, browser: Browser, figure: Figure) -> None:
    pages = ("/", "/login/", "/api/", "/api/trades/", "/api/docs/", "/admin/")
    for page in pages:
        status, headers, _ = browser.send("GET", page, Accept="text/html")
        assert (status, headers["x-frame-options"]) == (200, "DENY")
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
    figure(f"{len(pages)} pages refuse to be framed")


@pytest.mark.case("open redirect")
@pytest.mark.usefixtures("browser")  # and with it the user
def test_no_redirect_leads_away(production: Production, figure: Figure) -> None:
    ways = (
        f"//{EVIL}",
        f"https://{EVIL}",
        f"/\\{EVIL}",
        f"https:{EVIL}",
        f"//{EVIL}/%2f..",
        f"/%09/{EVIL}",
        "javascript:alert(1)",
    )
    for way in ways:
        fresh = Browser(production)
        answers = [fresh.log_in(f"/login/?next={urllib.parse.quote(way)}", next=way)]
        answers += [fresh.send("GET", path)[1] for path in (way if way.startswith("/") else f"/{way}", f"/api/{way}")]
        for headers in answers:
            where = urllib.parse.urlsplit(
                urllib.parse.urljoin(f"https://127.0.0.1:{production.port}/", headers.get("location", ""))
            )
            assert where.hostname == "127.0.0.1", (way, headers.get("location"))
            assert where.scheme == "https"
    figure(f"{len(ways)} ways, none leads to another host")


@pytest.mark.case("stored markup in every text field")
def test_markup_is_text(production: Production, browser: Browser, figure: Figure) -> None:
    looked = 0
    for number, markup in enumerate(MARKUP):
        fields = {"note": markup, "external_id": f"{number} {markup}"}
        status, _, body = production.ask("POST", "/api/trades/", TRADE | fields, role="trader")
        assert status == 201
        trade = json.loads(body)["id"]
        answered = 400 if set(markup) & set(",;<>`'\"\\") else 201  # what is left is a ticker like any other
        assert production.ask("POST", "/api/trades/", TRADE | {"ticker": markup}, role="trader")[0] == answered
        alert = {"id": markup, "kind": "rise", "ticker": "AAPL", "price": "102.4", "timestamp": "2025-06-06T20:00:01Z",
                 "low": "100", "low_timestamp": "2025-06-06T20:00:00Z", "rise_percent": "2.4",
                 "threshold_percent": "2", "window_seconds": 60.0, "gap": False}  # fmt: skip
        assert production.ask("POST", "/api/alerts/", alert, role="feed")[0] in (201, 400)
        for page in ("/api/trades/", f"/api/trades/{trade}/", f"/api/trades/{trade}/history/", "/api/alerts/",
                     f"/api/trades/?ticker={urllib.parse.quote(markup)}", f"/admin/trades/trade/{trade}/change/",
                     "/admin/trades/trade/", f"/api/trades/?{urllib.parse.quote(markup)}=1"):  # fmt: skip
            _, headers, text = browser.send("GET", page, Accept="text/html")
            assert "script-src 'self'" in headers["content-security-policy"]
            assert not re.search(r"<script>alert|<img src=x|<svg onload", text), page
            assert not re.search(r"""(?:href|src|action)=["']?javascript:""", text), page
            looked += 1
    figure(f"{len(MARKUP)} kinds in {looked} pages: text everywhere, and no script of theirs would run")


@pytest.mark.case("CSV formula injection in exports")
def test_formulas_are_text(production: Production, figure: Figure) -> None:
    for number, formula in enumerate(FORMULAS):
        fields = {"note": formula} | ({} if "\t" in formula else {"external_id": f"{formula} {number}"})
        assert production.ask("POST", "/api/trades/", TRADE | fields, role="trader")[0] == 201, formula
    text = production.ask("GET", "/api/trades/export/?format=csv", role="viewer")[2].decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert not [row for row in rows for cell in (row["note"], row["external_id"]) if cell[:1] in tuple("=+-@\t\r\n")]
    assert {f"'{formula}" for formula in FORMULAS} <= {row["note"] for row in rows}
    status, _, body = production.send("POST", "/api/trades/bulk/?dry_run=true", text.encode(),
                                      {"Authorization": f"Token {production.tokens['trader']}", "Content-Type": "text/csv"})  # fmt: skip
    assert (status, json.loads(body)["failed"]) == (200, 0)
    figure(f"{len(FORMULAS)} formulas are text in the file, and what they were when it is imported")
