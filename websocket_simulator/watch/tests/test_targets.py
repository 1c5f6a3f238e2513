"""Where notifications go: what names a target, what is refused, and that no secret is shown."""

import logging
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from apprise import Apprise
from hypothesis import given, settings
from hypothesis import strategies as st

from watch import targets
from watch.messenger import INSTALL, name_of
from watch.targets import MAX_FILE, TargetError, targets_of

SLACK = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#prices"
MAIL = "mailto://me:sesame@smtp.home.example?to=me@home.example"
PLAIN = "json://127.0.0.1:9000/hook"
SECRETS = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=12, max_size=40)


def names(*words: str, **environ: str) -> list[str]:
    return [target.name for target in targets_of(words, "command line", environ)]


def refusal(word: str, source: str = "command line", **environ: str) -> str:
    with pytest.raises(TargetError) as error:
        targets_of([word], source, environ)
    return str(error.value)


def test_an_address_is_named_by_its_scheme_and_host() -> None:
    assert names(PLAIN, "form://hooks.example/a", "mailto://mail.example?from=a@b.example") == [
        "json://127.0.0.1:9000", "form://hooks.example", "mailto://mail.example",
    ]  # fmt: skip


def test_a_variable_holds_an_address_a_line() -> None:
    assert names("$ONE", "$BOTH", ONE=SLACK, BOTH=f"# mine\n{MAIL}\n\n  {PLAIN}  \n") == [
        "slack://T...2 ($ONE)", "mailto://smtp.home.example ($BOTH, line 2)", "json://127.0.0.1:9000 ($BOTH, line 4)",
    ]  # fmt: skip


def test_a_file_holds_an_address_a_line(tmp_path: Path) -> None:
    path = tmp_path / "addresses"
    path.write_text(f"{SLACK}\n{MAIL}\n")
    assert names(f"@{path}") == [f"slack://T...2 (@{path}, line 1)", f"mailto://smtp.home.example (@{path}, line 2)"]


def test_an_address_that_is_named_twice_is_one_target() -> None:
    assert len(targets_of([PLAIN, "$A", PLAIN], "command line", {"A": PLAIN})) == 1


def test_a_sink_is_the_same_in_every_run_and_tells_addresses_apart() -> None:
    sinks = [targets_of([word], "file")[0].sink for word in (SLACK, SLACK, MAIL)]
    assert sinks[0] == sinks[1] != sinks[2]
    assert sinks[0].startswith("notify:")


@pytest.mark.parametrize(
    "url", [SLACK, MAIL, f"{PLAIN}?+Authorization=Bearer%20sesame", f"{PLAIN}?%3Akey=sesame", f"{PLAIN}?-token=sesame",
            "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"]
)  # fmt: skip
def test_a_secret_is_refused_on_the_command_line_and_taken_from_a_file(url: str) -> None:
    said = refusal(url)
    assert said.endswith(f"the address has a secret in it, which others can read on a command line; {targets.HIDE}")
    assert not any(secret in said for secret in ("sesame", "TIiajkdnlazkcOXrIdevi7FQ"))
    assert len(targets_of([url], "file")) == 1


def test_a_name_of_a_topic_that_is_a_secret_is_not_shown() -> None:
    assert names("ntfy://my-secret-topic") == ["ntfys://…"]


@pytest.mark.parametrize(
    ("word", "said"),
    [("$NONE", "$NONE is not set"), ("$json://sesame", "what stands after the $ is no name of an environment variable"),
     ("@tgram://sesame", "an address has no @ before it"), ("@/nowhere", "@/nowhere: No such file or directory"),
     ("$EMPTY", "$EMPTY has no address in it"),
     ("sesame", "Apprise does not know such an address, or something is missing in it"),
     ("tgram://sesame", "Apprise does not know such an address, or something is missing in it"),
     ("$BAD", "$BAD, line 2: Apprise does not know such an address, or something is missing in it")],
)  # fmt: skip
def test_what_names_no_target_is_said_without_its_address(word: str, said: str) -> None:
    assert refusal(word, EMPTY="# none\n", BAD=f"{PLAIN}\nsesame://x\n") == said


@pytest.mark.parametrize(
    ("content", "said"), [(b"\xff", "is not UTF-8"), (b"#" * (MAX_FILE + 1), "has more than 65,536 bytes")]
)
def test_a_file_that_is_no_text_or_too_long_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "addresses"
    path.write_bytes(content)
    assert refusal(f"@{path}") == f"@{path} {said}"


def test_an_address_with_several_recipients_is_refused() -> None:
    said = refusal("mailto://mail.example/a@home.example/b@home.example?from=w@home.example")
    assert said == "mailto://mail.example: the address has 2 recipients; give each an address of its own"


def test_there_is_a_limit_to_targets() -> None:
    urls = "\n".join(f"json://127.0.0.1/{number}" for number in range(33))
    assert refusal("$URLS", URLS=urls) == "there are more than 32 targets"


def test_a_rule_from_the_ledger_names_variables_for_it_and_nothing_else() -> None:
    assert len(targets_of(["$NOTIFY_MAIL"], "ledger", {"NOTIFY_MAIL": MAIL})) == 1
    for word in ("$HOME", PLAIN, "@/etc/passwd", "NOTIFY_MAIL", "$notify_mail", ""):
        said = refusal(word, "ledger", HOME=PLAIN, notify_mail=PLAIN)
        assert said == "a rule from the ledger can name variables such as $NOTIFY_MAIL, and nothing else"


def test_without_apprise_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    assert refusal(PLAIN) == INSTALL == "notifications need Apprise: pip install -r requirements-notify.txt"


def test_a_target_does_not_show_its_address() -> None:
    [target] = targets_of([SLACK], "file")
    assert "TIiajkdnlazkcOXrIdevi7FQ" not in f"{target} {target!r}"


PUBLIC = {"host": "host.example", "port": "81", "path": "/plain/", "fullpath": "/plain/"}


def private_urls(secret: str) -> list[tuple[str, str]]:
    """An address by each template of each service of Apprise, in which whatever is private is the secret."""
    logging.getLogger("apprise").setLevel(100)
    made = []
    for service in Apprise().details()["schemas"]:
        tokens = service["details"]["tokens"]
        private = {name for name, token in tokens.items() if token.get("private")}
        scheme = [*(service["protocols"] or []), *(service["secure_protocols"] or [])][0]
        for template in service["details"]["templates"]:
            url = template.replace("{schema}", str(scheme))
            for name in tokens:
                url = url.replace(f"{{{name}}}", secret if name in private else PUBLIC.get(name, "plain"))
            if private and secret in url:
                made.append((url, quote(secret)))
    return made


@settings(max_examples=5)
@given(SECRETS)
def test_no_service_shows_what_it_says_is_private(secret: str) -> None:
    shown = 0
    for url, private in private_urls(secret):
        if service := Apprise.instantiate(url):
            shown += 1
            assert private.lower() not in name_of(service).lower(), url.replace(secret, "SECRET")
    assert shown > 20


def test_the_addresses_of_the_guide_are_targets() -> None:
    guide = (Path(__file__).parents[3] / "docs/how-to/notifications.md").read_text()
    shown = [name.partition(" ")[0] for name in names("$GUIDE", GUIDE=guide.split("```")[3])]
    assert shown == ["mailtos://smtp.example", "tgram://1...9", "slack://T...2", "ntfys://…", "jsons://hooks.example"]
