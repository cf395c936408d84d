"""What can be said of the hospital: classes, fields and words that no data centre has."""

from typing import Final

from bench.generated_questions.shared_words import result, severity, value_of
from bench.generated_questions.vocabulary import Field, Kind, Link, Metric, Records, Vocabulary

_MEDICAL: Final = ("infusion", "ventilator", "monitor")
_DEVICES: Final = (*_MEDICAL, "circuit", "ups", "chiller", "pump", "gateway", "ap", "rack", "generator")
_KINDS: Final = (
    Kind("circuit", "c.sub = 'circuit'", "circuit", "circuits"),
    Kind("ups", "c.sub = 'ups'", "UPS", "UPSes|UPS units|ups devices"),
    Kind("generator", "c.sub = 'generator'", "generator", "generators"),
    Kind("chiller", "c.sub = 'chiller'", "chiller", "chillers"),
    Kind("gateway", "c.sub = 'gateway'", "gateway", "gateways"),
    Kind("ap", "c.sub = 'access point'", "access point", "access points"),
    Kind("rack", "c.sub = 'rack'", "rack", "racks"),
    Kind("infusion", "c.sub = 'infusion pump'", "infusion pump", "infusion pumps"),
    Kind("ventilator", "c.sub = 'ventilator'", "ventilator", "ventilators"),
    Kind("monitor", "c.sub = 'monitor'", "monitor|bedside monitor", "monitors|bedside monitors"),
    Kind("ward", "c.sub = 'ward'", "ward", "wards"),
    Kind("item", "1", "item|CI", "CIs|items|configuration items"),
)
_FIELDS: Final = (
    Field("c.zone", "location", predicate="in {v}|located in {v}",
          after="in {v}|located in {v}|that are in {v}", kinds=(*_DEVICES, "item"),
          ask="where is {x}|location of {x}|where's {x} located|which location is {x} in"),
    Field("c.owner", "owner", predicate="owned by {v}", after="owned by {v}|that {v} owns|belonging to {v}",
          ask="who owns {x}|owner of {x}|{x} owner", who="owns"),
    Field("c.env", "environment", predicate="in the {v}", after="in the {v}|in {v}",
          ask="environment of {x}|which environment is {x} in"),
    Field("c.status", "status|state", predicate="{v}", after="that are {v}|with status {v}|which are {v}",
          ask="what is the status of {x}|{x} status|status of {x}"),
    Field("c.crit", "criticality", after="of criticality {v}|with criticality {v}", predicate="of criticality {v}",
          amount="criticality {how} {v}", most="the highest criticality", least="the lowest criticality",
          ask="criticality of {x}|how critical is {x}"),
    Field("c.attrs ->> 'model'", "model", kinds=_DEVICES, adjective="{v}", after="of model {v}", predicate="of model {v}",
          ask="what model is {x}|model of {x}|which model is {x}"),
    Field("c.attrs ->> 'voltage'", "voltage", kinds=_DEVICES, adjective="{v} V|{v}V", after="with {v} V|with voltage {v}|that run at {v} V",
          amount="a voltage of {how} {v} V|voltage {how} {v}", most="the highest voltage", least="the lowest voltage",
          ask="what voltage does {x} have|voltage of {x}|{x} voltage"),
    Field("c.attrs ->> 'floor'", "floor", kinds=(*_DEVICES, "ward"), after="on floor {v}", predicate="on floor {v}",
          ask="which floor is {x} on|floor of {x}|on what floor is {x}"),
    Field("c.attrs ->> 'firmware'", "firmware", kinds=(*_MEDICAL, "gateway", "ap", "rack"), after="with firmware {v}|on firmware {v}|running firmware {v}",
          predicate="on firmware {v}", ask="firmware of {x}|which firmware does {x} have|what firmware is {x} on"),
    Field("c.attrs ->> 'serial'", "serial|serial number", kinds=_DEVICES, after="with serial {v}|with serial number {v}",
          ask="serial of {x}|serial number of {x}|what is the serial number of {x}", is_group=False, is_unique=True),
    Field("c.attrs ->> 'beds'", "beds|number of beds", kinds=("ward",), amount="{how} {v} beds", after="with {v} beds",
          most="the most beds", least="the fewest beds", ask="how many beds does {x} have|beds of {x}", is_group=False),
    Field("c.tags ->> 'line'", "line", kinds=_DEVICES, after="on the {v} line|of line {v}", ask="which line is {x} on|line of {x}"),
    Field("c.type", "type", kinds=("item",), adjective="{v}", after="of type {v}", predicate="of type {v}"),
)  # fmt: skip
_MINUTES: Final = Field("h.minutes", "duration", amount="a duration of {how} {v} minutes", most="the longest duration", is_group=False)
_WORK: Final = (
    result(), _MINUTES, value_of("h.impact", "impact level", "with impact {v}|of impact level {v}", amount="impact level {how} {v}"),
    value_of("h.requested_by", "requester", "requested by {v}|that {v} requested", who="requested"),
    value_of("h.approved_by", "approver", "approved by {v}|that {v} approved", who="approved"),
)  # fmt: skip
_CARE: Final = (result(), _MINUTES, value_of("h.performer", "performer", "performed by {v}|done by {v}", who="performed"))
_EVENT: Final = (severity(), value_of("h.source", "source", "from source {v}|reported by {v}"))
_RECORDS: Final = (
    Records("ev", "1", "event", "events|event log entries", (*_EVENT, value_of("h.kind", "type|event type", "of type {v}"))),
    Records("ev", "h.kind = 'leak_detected'", "leak_detected event", "leak_detected events", _EVENT),
    Records("ev", "h.kind = 'power_loss'", "power loss", "power losses|power_loss events", _EVENT),
    Records("ev", "h.kind = 'door_open'", "door open event", "door open events|door_open events", _EVENT),
    Records("ev", "h.kind = 'over_temperature'", "over temperature event", "over temperature events|over_temperature events", _EVENT),
    Records("wk", "1", "work item", "work items|pieces of work", (*_WORK, value_of("h.kind", "type|work type", "of type {v}"))),
    Records("wk", "h.kind = 'replacement'", "replacement", "replacements", _WORK),
    Records("wk", "h.kind = 'relocation'", "relocation", "relocations", _WORK),
    Records("wk", "h.kind = 'firmware_update'", "firmware update", "firmware updates", _WORK),
    Records("mt", "1", "maintenance", "maintenance items|maintenances|maintenance jobs", (*_CARE, value_of("h.kind", "type|maintenance type", "of type {v}"))),
    Records("mt", "h.kind = 'calibration'", "calibration", "calibrations", _CARE),
    Records("mt", "h.kind = 'filter_change'", "filter change", "filter changes", _CARE),
    Records("mt", "h.kind = 'inspection'", "inspection", "inspections", _CARE),
)  # fmt: skip
_LINKS: Final = (
    Link(("DEPENDS_ON",), (*_MEDICAL,), ("circuit",), "that depend on {o}|depending on {o}|that need {o}",
         "which {s} depend on {x}|{s} depending on {x}|{s} that need {x}"),
    Link(("DEPENDS_ON",), ("circuit",), _MEDICAL, "that {o} depend on|needed by {o}",
         "which {1} does {x} depend on|{1} that {x} needs", is_inward=True),
    Link(("DEPENDS_ON",), ("circuit",), ("ups",), "that depend on {o}|depending on {o}", "which {s} depend on {x}|{s} depending on {x}"),
    Link(("DEPENDS_ON",), ("ups",), ("circuit",), "that {o} depend on|needed by {o}", "which {1} does {x} depend on|{1} that {x} needs", is_inward=True),
    Link(("CONNECTED_TO",), ("ventilator", "monitor"), ("ap",), "connected to {o}|that are connected to {o}", "which {s} are connected to {x}|{s} connected to {x}"),
    Link(("CONNECTED_TO",), ("ap",), ("gateway",), "connected to {o}|that are connected to {o}", "which {s} are connected to {x}|{s} connected to {x}"),
    Link(("DEPLOYED_ON",), ("gateway",), ("rack",), "on {o}|deployed on {o}", "which {s} are deployed on {x}|{s} deployed on {x}"),
    Link(("PROTECTED_BY",), ("gateway",), ("ups",), "protected by {o}|that {o} protect", "which {s} are protected by {x}|{s} that {x} protects"),
    Link(("DEPENDS_ON",), ("rack",), ("chiller",), "that depend on {o}|depending on {o}", "which {s} depend on {x}|{s} that need {x}"),
)  # fmt: skip
_METRICS: Final = (
    Metric("power_draw", "power draw|power_draw", ("rack",)),
)
OTHER: Final = Vocabulary(
    _KINDS, _FIELDS, _RECORDS, _LINKS, _METRICS,
    documents=(
        Field("d.type", "type|format", adjective="{v}", after="of type {v}|in {v} format"),
        Field("d.status", "status", adjective="{v}", after="with status {v}|that are {v}"),
        Field("d.cat", "category", after="of category {v}|in category {v}"),
    ),
    strange=("in Ward 99 South", "owned by Plumbing", "with firmware 77.7", "on the purple line"),
    months=("August", "July", "June"),
)  # fmt: skip
