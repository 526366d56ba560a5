"""Serves the face with the face's own Date, so that its clock can be wrong on order."""

from awsfed.sandbox.serving import LoopbackServer, QuietHandler, WsgiApplication


class _OwnDate(QuietHandler):
    def send_response(self, code: int, message: str | None = None) -> None:
        """Send the status line; the standard library would add the machine's Date to the application's."""
        self.send_response_only(code, message)
        self.send_header("Server", "awsfed-sandbox")


class AwsServer(LoopbackServer):
    """A loopback server whose application tells the time."""

    def __init__(self, application: WsgiApplication, port: int = 0) -> None:
        super().__init__(application, port)
        self._server.RequestHandlerClass = _OwnDate
