"""A ledger somewhere, asked over HTTP for what has changed. No proxy is asked, and no redirection followed."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import requests

from following.lines import Changes

PATH = "/api/trades/changes/"
FOLLOW_PAGE = 10_000  # changes that are asked for at once
FOLLOW_WAIT = 30  # seconds that the ledger may wait for a change before it answers that there is none
ANSWER_WITHIN = 30  # seconds for an answer, on top of those
LONGEST_RETRY_AFTER = 300.0  # seconds that the ledger may have us wait
RETRIED = (408, 429)  # the 4xx that say nothing against what was asked
TOKEN = re.compile(r"[!-~]{1,1024}")


class Away(Exception):
    """No answer for now, which says why; it is worth asking again after `pause` seconds at least."""

    def __init__(self, problem: str, pause: float = 0.0) -> None:
        super().__init__(problem)
        self.pause = pause


class Refused(Exception):
    """The ledger's last word, or what keeps us from asking it."""


class BeginAnew(Exception):
    """The cursor is of another ledger, or the token sees other accounts by now. It says which."""


def direct() -> requests.Session:
    """Asks nobody but the ledger: no proxy of the environment; and sends nobody's password of ~/.netrc."""
    session = requests.Session()
    session.trust_env = False
    return session


@dataclass(frozen=True)
class Source:
    """The changes of the ledger at `url`, of these accounts (names, separated by commas) or of all that the token sees.

    `certificates` is the file of those who may have signed the ledger's; None: those that are commonly trusted.
    """

    url: str
    account: str | None = None
    token_file: Path | None = None
    certificates: Path | None = None
    session: requests.Session = field(default_factory=direct)

    @property
    def address(self) -> str:
        """Of the changes; it bears no secret."""
        asked = requests.Request("GET", self.url + PATH, params={"account": self.account})
        return asked.prepare().url or ""

    def changes(self, after: str | None, wait: int) -> Changes:
        """Those after a cursor, or from the beginning; if there are none yet, the first within `wait` seconds.

        BeginAnew, Away or Refused if there is no such answer.
        """
        asked = {"after": after, "account": self.account, "page_size": FOLLOW_PAGE, "wait": wait or None}
        try:
            answer = self.session.get(
                self.url + PATH, params=asked, headers=authorization(self.token_file), allow_redirects=False,
                timeout=wait + ANSWER_WITHIN, verify=str(self.certificates) if self.certificates else True,
            )  # fmt: skip
        except requests.RequestException as error:
            raise Away(reason(error)) from error
        return self._understood(answer, after)

    def _understood(self, answer: requests.Response, after: str | None) -> Changes:
        if answer.status_code == 200:
            return changes_in(answer.content)
        said = f"it answers {answer.status_code}: {detail_in(answer)}"
        if answer.status_code == 409 and after:
            raise BeginAnew(said)
        if answer.status_code >= 500 or answer.status_code in RETRIED:
            raise Away(said, retry_after(answer.headers.get("Retry-After")))
        raise Refused(said)


def authorization(token_file: Path | None) -> dict[str, str]:
    """The header of a request. The file is read each time, so that a token can be replaced while we run."""
    if token_file is None:
        return {}
    try:
        token = token_file.read_text(encoding="latin-1").strip()
    except OSError as error:
        raise Refused(f"{token_file}: {error.strerror}") from None
    if not TOKEN.fullmatch(token):
        raise Refused(f"{token_file}: there is no token in it: one line of letters, digits and signs")
    return {"Authorization": f"Token {token}"}


def changes_in(body: bytes) -> Changes:
    """Of an answer; Refused if it is none of a ledger's."""
    try:
        return msgspec.json.decode(body, type=Changes)
    except msgspec.MsgspecError as error:
        raise Refused(f"its answer has no changes of a ledger: {error}") from None


def reason(error: BaseException) -> str:
    """What went wrong first: requests says it in the words of each layer below."""
    while error.__context__:
        error = error.__context__
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def detail_in(answer: requests.Response) -> str:
    """What it says is wrong, of a field or in all."""
    try:
        said = answer.json()
    except requests.JSONDecodeError:
        return answer.reason
    if not isinstance(said, dict):
        return answer.reason
    if "detail" in said:
        return str(said["detail"])
    return " ".join(f"{name}: {' '.join(texts)}" for name, texts in said.items() if isinstance(texts, list))


def retry_after(header: str | None) -> float:
    """The seconds that it asks for, LONGEST_RETRY_AFTER at most; 0 if it does not."""
    return min(float(header), LONGEST_RETRY_AFTER) if header and re.fullmatch(r"\d{1,9}", header) else 0.0
