"""The client of opstrail's HTTP service, installed elsewhere as `opstrail_client`.

    from opstrail_client import Client

    with Client("http://127.0.0.1:8321/v1", key="ops_...") as opstrail:
        answer = opstrail.run.ask(question="How many servers are there?", wait=20)
        for event in opstrail.run.stream("latest"):
            print(event.data["type"])

Every operation of the service is a method, named as the operation is: `run.show` is
`opstrail.run.show("latest")`. `AsyncClient` has the same to be awaited. Results are plain JSON,
whose types are in `shapes`, for type checkers. What the service refuses is a `ProblemError`; that
it cannot be reached is an error of httpx.
"""

from .asynchronous import AsyncClient
from .errors import ProblemError, StreamEnded
from .streams import StreamEvent
from .synchronous import Client

__all__ = ["AsyncClient", "Client", "ProblemError", "StreamEnded", "StreamEvent"]
