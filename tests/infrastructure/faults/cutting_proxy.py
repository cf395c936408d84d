"""A proxy before PostgreSQL that cuts connections as appends go through them."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from select import select

_SIZE = 65536
# ReadyForQuery, without its last byte. A statement that is its own transaction is committed then.
# https://www.postgresql.org/docs/current/protocol-message-formats.html
_READY = b"Z\x00\x00\x00\x05"


class Moment(StrEnum):
    """When the connection is cut."""

    BEFORE = "before the append arrives"
    HALF = "when half of it has arrived"
    RUNNING = "while it runs"
    AFTER = "before its answer returns"


class CuttingProxy:
    """Listens on a port of this machine, and passes on what the server's socket says."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._mark, self._moment, self.cuts_left = b"", Moment.BEFORE, 0
        self._mutex = threading.Lock()
        self.port: int = self._listener.getsockname()[1]

    def cut(self, mark: str, moment: Moment, *, times: int) -> None:
        """Cut so many of the connections on which the mark is sent."""
        self._mark, self._moment, self.cuts_left = mark.encode(), moment, times

    def serve(self) -> None:
        """Take connections until it is closed."""
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def close(self) -> None:
        """Take no more connections; those that are open end with their client."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _carry(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server, suppress(OSError):
            server.connect(self._server)
            while True:
                for ready in select([client, server], [], [])[0]:
                    passed = ready.recv(_SIZE)
                    if not passed:
                        return
                    if ready is client and self._is_cut(passed):
                        self._end(server, passed)
                        return
                    (server if ready is client else client).sendall(passed)

    def _is_cut(self, sent: bytes) -> bool:
        with self._mutex:
            if not self.cuts_left or self._mark not in sent:
                return False
            self.cuts_left -= 1
            return True

    def _end(self, server: socket.socket, sent: bytes) -> None:
        match self._moment:
            case Moment.BEFORE:
                return
            case Moment.HALF:
                server.sendall(sent[: len(sent) // 2])
            case Moment.RUNNING:
                server.sendall(sent)
            case Moment.AFTER:
                server.sendall(sent)
                while (answer := server.recv(_SIZE)) and answer[-6:-1] != _READY:
                    continue


@contextmanager
def proxy_before(server: str) -> Iterator[CuttingProxy]:
    """Give a proxy before the server that listens on this socket."""
    proxy = CuttingProxy(server)
    thread = threading.Thread(target=proxy.serve)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.close()
        thread.join()
