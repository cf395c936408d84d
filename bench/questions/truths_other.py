"""What is true of the hospital, whose newest data is of Friday 2026-09-18 14:27."""

from collections.abc import Mapping
from typing import Final

from bench.questions.truth_makers import (
    Maker,
    ask_back,
    both,
    buckets,
    either,
    every,
    fact,
    groups,
    hops,
    items,
    labels,
    moment,
    number,
    one_of,
    ordered,
    reached,
    records,
    refusal,
    some,
    value,
)

OTHER_TRUTHS: Final[Mapping[str, Maker]] = {
    "infusion_pumps": number("select count(*) from ci where sub = 'infusion pump'"),
    "gear_400": number("select count(*) from ci where attrs ->> 'voltage' = 400"),
    "aps_210": number(
        "select count(*) from ci where sub = 'access point' and attrs ->> 'firmware' = '2.1.0'"
    ),
    "broken_pumps": either(
        number("select count(*) from ci where sub = 'pump' and status = 'out of order'"),
        number("select count(*) from ci where sub like '%pump' and status = 'out of order'"),
    ),
    "hamiltons": number(
        "select count(*) from ci where sub = 'ventilator' and attrs ->> 'model' like 'Hamilton%'"
    ),
    "gateways_302": items(
        "select code from ci where sub = 'gateway' and attrs ->> 'firmware' = '3.0.2'"
    ),
    "daikins": items(
        "select code from ci where sub = 'chiller' and attrs ->> 'model' like 'Daikin%'"
    ),
    "standby_ventilators": items(
        "select code from ci where sub = 'ventilator' and status = 'standby'"
    ),
    "medical_annex_5": items(
        "select code from ci where type = 'Medical' and env = 'annex' and attrs ->> 'floor' = 5"
    ),
    "red_circuits_230": items(
        "select code from ci where sub = 'circuit' and attrs ->> 'voltage' = 230"
        " and tags ->> 'line' = 'red'"
    ),
    "broken_3_east": either(
        items("select code from ci where zone = 'Ward 3 East' and status = 'out of order'"),
        items(
            "select dst from rel join ci on code = dst where src = 'W-3E'"
            " and kind = 'COMPOSED_OF' and status = 'out of order'"
        ),
    ),
    "open_jobs": either(
        records("select at from wk where until is null"),
        items("select distinct code from wk where until is null"),
        labels("select entry from wk where until is null"),
    ),
    "firmware_gateway_2": value(
        "select attrs ->> 'firmware' from ci where name = 'Gateway 2'", "firmware"
    ),
    "serial_monitor_7": value(
        "select attrs ->> 'serial' from ci where name = 'Bedside Monitor 7'", "serial"
    ),
    "model_pump_11": value(
        "select attrs ->> 'model' from ci where name = 'Circulation Pump 11'", "model"
    ),
    "floor_ups_3": value("select attrs ->> 'floor' from ci where name = 'UPS 3'", "floor"),
    "voltage_chl_003": value(
        "select attrs ->> 'voltage' from ci where code = 'CHL-003'", "voltage"
    ),
    "beds_icu": value("select attrs ->> 'beds' from ci where name = 'ICU'", "beds"),
    "owner_diesel_1": value("select owner from ci where name = 'Diesel 1'", "owner"),
    "place_ap_12": value("select zone from ci where name = 'Access Point 12'", "location"),
    "filter_ap_007": value(
        "select performer from mt where code = 'AP-007'"
        " and kind = 'filter_change' order by at desc limit 1"
    ),
    "approver_j_008": value("select approved_by from wk where entry = 'J-008'"),
    "relocation_circuit_14": moment(
        "select max(at) from wk where name = 'Circuit 14' and kind = 'relocation'"
    ),
    "last_leak": moment("select max(at) from ev where kind = 'leak_detected'"),
    "created_ventilator_9": moment(
        "select substr(created, 1, 10) from ci where name = 'Ventilator 9'"
    ),
    "latest_leaks": ordered(
        "select at from ev where kind = 'leak_detected' order by at desc limit 4"
    ),
    "second_oldest_chiller": one_of(
        "select code from ci where sub = 'chiller' order by created limit 1 offset 1"
    ),
    "largest_ward": one_of(
        "select name from ci where sub = 'ward' order by attrs ->> 'beds' desc limit 1"
    ),
    "oldest_infusion_pump": one_of(
        "select code from ci where sub = 'infusion pump' order by created limit 1"
    ),
    "top_approver": one_of(
        "select approved_by from wk group by 1 having count(*) = (select max(n)"
        " from (select count(*) n from wk group by approved_by))"
    ),
    "broken_line": one_of(
        "select tags ->> 'line' from ci where status = 'out of order'"
        " and tags ->> 'line' is not null group by 1"
        " having count(*) = (select max(n) from (select count(*) n from ci"
        " where status = 'out of order' and tags ->> 'line' is not null"
        " group by tags ->> 'line'))"
    ),
    "hungriest_rack": one_of(
        "select code from pt where metric = 'power_draw' and at = (select max(at)"
        " from pt) order by value desc limit 1"
    ),
    "leaks_or_losses": either(
        groups(
            "select kind, count(*) from ev where kind in ('leak_detected', 'power_loss')"
            " and at >= '2026-09-07' and at < '2026-09-14' group by 1"
        ),
        one_of(
            "select kind from ev where kind in ('leak_detected', 'power_loss')"
            " and at >= '2026-09-07' and at < '2026-09-14' group by 1"
            " order by count(*) desc limit 1"
        ),
    ),
    "beds_two_wards": fact(
        "select (select attrs ->> 'beds' from ci"
        " where code = 'W-4E') > (select attrs ->> 'beds' from ci where code = 'W-3W')"
    ),
    "quiet_racks": items(
        "select code from ci where sub = 'rack' and code not in (select code from ev)"
    ),
    "unworked_circuits": items(
        "select code from ci where sub = 'circuit' and code not in (select code from wk)"
    ),
    "monitors_not_302": items(
        "select code from ci where sub = 'monitor' and attrs ->> 'firmware' <> '3.0.2'"
    ),
    "ventilators_failed": items(
        "select distinct code from mt where sub = 'ventilator' and result = 'failed'"
    ),
    "weak_pumps": items(
        "select code from pt where metric = 'pressure' and at >= '2026-09-14'"
        " group by 1 having avg(value) < 2.5"
    ),
    "network_severity_5": number(
        "select count(*) from ev where item_type = 'Network' and sev = 5"
    ),
    "rewired_okafor": items(
        "select distinct code from wk where sub = 'circuit' and kind = 'rewiring'"
        " and approved_by = 'Okafor'"
    ),
    "gateway_1_up": fact("select status = 'in service' from ci where name = 'Gateway 1'"),
    "ups_400": every("select code from ci where sub = 'ups' and attrs ->> 'voltage' <> 400"),
    "open_pmp_003": some("select code from wk where code = 'PMP-003' and until is null"),
    "aquaserv_failed": some(
        "select code from mt where performer = 'AquaServ' and kind = 'calibration'"
        " and result = 'failed'"
    ),
    "doors_by_day": buckets(
        "select substr(at, 1, 10), count(*) from ev where kind = 'door_open'"
        " and at >= '2026-09-07' and at < '2026-09-14' group by 1"
    ),
    "jobs_by_month": buckets("select substr(at, 1, 7), count(*) from wk group by 1"),
    "items_by_status": groups("select status, count(*) from ci group by 1"),
    "events_by_type": groups("select kind, count(*) from ev where at >= '2026-09-14' group by 1"),
    "beds_by_floor": groups(
        "select attrs ->> 'floor', sum(attrs ->> 'beds') from ci where sub = 'ward' group by 1"
    ),
    "leaks_since_tuesday": number(
        "select count(*) from ev where kind = 'leak_detected' and at >= '2026-09-15'"
    ),
    "events_morning": either(
        records("select at from ev where at >= '2026-09-18T06' and at < '2026-09-18T12'"),
        number("select count(*) from ev where at >= '2026-09-18T06' and at < '2026-09-18T12'"),
    ),
    "jobs_first_week": either(
        records("select at from wk where at >= '2026-09-01' and at < '2026-09-08'"),
        records("select at from wk where at >= '2026-08-31' and at < '2026-09-07'"),
    ),
    "chl_002_fields": both(
        value("select attrs ->> 'model' from ci where code = 'CHL-002'", "model"),
        value("select attrs ->> 'voltage' from ci where code = 'CHL-002'", "voltage"),
        value("select attrs ->> 'floor' from ci where code = 'CHL-002'", "floor"),
    ),
    "needs_ups_2": reached("UPS-002", needed=False),
    "rack_gateway_3": one_of("select dst from rel where src = 'GW-003' and kind = 'DEPLOYED_ON'"),
    "parts_1_west": either(
        items("select dst from rel where src = 'W-1W' and kind = 'COMPOSED_OF'"),
        items("select code from ci where zone = 'Ward 1 West'"),
        items("select code from ci where zone = 'Ward 1 West' and code <> 'W-1W'"),
    ),
    "hops_pump_diesel": hops("PMP-001", "GEN-001"),
    "drafts": labels("select title from doc where status = 'draft'"),
    "fire_drill_type": value("select type from doc where title = 'Fire drill minutes'"),
    "failed_share": number("select 100.0 * avg(result = 'failed') from mt"),
    "pressure_pump_5": number(
        "select avg(value) from pt where metric = 'pressure'"
        " and name = 'Circulation Pump 5' and at like '2026-09-18%'"
    ),
    "power_rack_4": number(
        "select max(value) from pt where metric = 'power_draw' and name = 'Rack 4'"
        " and at >= '2026-09-14'"
    ),
    "beds_total": number("select sum(attrs ->> 'beds') from ci"),
    "ambiguous_pump_17": ask_back(
        "circulation pump 17",
        "infusion pump 17",
        readings=(
            value("select status from ci where name = 'Circulation Pump 17'"),
            value("select status from ci where name = 'Infusion Pump 17'"),
        ),
    ),
    "ambiguous_ward_3": ask_back(
        "ward 3 east",
        "ward 3 west",
        readings=(
            value("select attrs ->> 'beds' from ci where code = 'W-3E'"),
            value("select attrs ->> 'beds' from ci where code = 'W-3W'"),
        ),
    ),
    "unknown_ventilator": refusal("ventilator 44"),
    "impossible_day": refusal(),
    "switch_off": refusal(),
    "pizza": refusal(),
}
