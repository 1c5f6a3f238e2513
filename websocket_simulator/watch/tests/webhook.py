"""A webhook that answers as it is told, on a real socket; at `/elsewhere/` it takes what nobody should send there."""

from websocket_simulator.tests.ledger import Handler, Ledger


class HookHandler(Handler):
    def do_GET(self) -> None:  # noqa: N802  # the library's name
        self.server.ledger.strayed.append(self.path)
        self.send_response(200)
        self.end_headers()

    def answer(self, status: int, body: str) -> None:
        if status in (200, 201, 204):
            self.server.ledger.kept.append(body)
        self.send_response(status)
        for header, value in self.server.ledger.headers.items():
            self.send_header(header, value)
        if 300 <= status < 400:
            self.send_header("Location", "/elsewhere/")
        self.end_headers()


class Webhook(Ledger):
    def __init__(self) -> None:
        super().__init__()
        self.headers: dict[str, str] = {}
        self.strayed: list[str] = []

    def open(self) -> None:
        super().open()
        self.server.RequestHandlerClass = HookHandler

    @property
    def address(self) -> str:
        return f"json://127.0.0.1:{self.port}/hook"
