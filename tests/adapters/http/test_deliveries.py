"""What servers outside did not take is shown over HTTP, and sent again."""

import pytest
import sqlalchemy as sa

from adapters.bootstrap import open_service
from infrastructure.deliveries import DELIVERIES
from tests.adapters.http.conftest import Held
from tests.adapters.site import LETTER
from tests.estate_fixture import TENANT


@pytest.fixture
def _dead(url: str) -> None:
    with open_service(url) as opstrail, opstrail.engine.begin() as connection:
        row = {**LETTER, "tenant_id": TENANT, "stream_id": "run-1"}
        connection.execute(sa.insert(DELIVERIES), row)


@pytest.mark.usefixtures("_dead")
def test_it_is_shown_and_sent_again_in_its_tenant_only(held: Held) -> None:
    other, operator = (held.holder("operator", tenant=each) for each in ("other", TENANT))
    assert other.get("/deliveries").json() == []
    assert other.post("/deliveries/resend", {"events": ["e-1"]}).json() == {"letter_count": 0}
    (letter,) = operator.get("/deliveries").json()
    assert (letter["event_id"], letter["due_at"], "tenant_id" in letter) == ("e-1", None, False)
    assert operator.post("/deliveries/resend", {}).json() == {"letter_count": 1}
    assert operator.get("/deliveries").json()[0]["due_at"] is not None


@pytest.mark.usefixtures("_dead")
def test_who_only_reads_sends_nothing_again(held: Held) -> None:
    assert held.holder("viewer").post("/deliveries/resend", {}).status_code == 403
