"""What is true of the hospital, for the second exam; its newest data is as `truths_other` says."""

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
    top,
    value,
)

SECOND_OTHER_TRUTHS: Final[Mapping[str, Maker]] = {
    "standby_monitors": number(
        "select count(*) from ci where sub = 'monitor' and status = 'standby'"
    ),
    "doors_severe": number("select count(*) from ev where kind = 'door_open' and sev >= 4"),
    "novak_jobs": number("select count(*) from wk where requested_by = 'Novak'"),
    "green_access_points": number(
        "select count(*) from ci where sub = 'access point' and tags ->> 'line' = 'green'"
    ),
    "inspections_august": number(
        "select count(*) from mt where kind = 'inspection' and at >= '2026-08-01'"
    ),
    "standby_icu": either(
        items("select code from ci where zone = 'ICU' and status = 'standby'"),
        items(
            "select dst from rel join ci on code = dst where src = 'W-ICU'"
            " and kind = 'COMPOSED_OF' and status = 'standby'"
        ),
    ),
    "wards_over_20": items("select code from ci where sub = 'ward' and attrs ->> 'beds' > 20"),
    "wilos": items("select code from ci where sub = 'pump' and attrs ->> 'model' like 'Wilo%'"),
    "racks_floor_2": items("select code from ci where sub = 'rack' and attrs ->> 'floor' = 2"),
    "critical_infusion_pumps": items(
        "select code from ci where sub = 'infusion pump' and crit = 5"
    ),
    "degraded_august": either(
        records("select at from wk where result = 'degraded' and at like '2026-08%'"),
        items("select distinct code from wk where result = 'degraded' and at like '2026-08%'"),
        labels("select entry from wk where result = 'degraded' and at like '2026-08%'"),
    ),
    "annex_aps_214": items(
        "select code from ci where sub = 'access point' and env = 'annex'"
        " and attrs ->> 'firmware' = '2.1.4'"
    ),
    "software_nurse_call": value(
        "select attrs ->> 'software' from ci where name = 'Nurse Call'", "software"
    ),
    "model_rack_6": value("select attrs ->> 'model' from ci where name = 'Rack 6'", "model"),
    "serial_cir_011": value("select attrs ->> 'serial' from ci where code = 'CIR-011'", "serial"),
    "criticality_lab_results": value(
        "select crit from ci where name = 'Lab Results'", "criticality"
    ),
    "status_ap_017": value("select status from ci where code = 'AP-017'", "status"),
    "line_pump_8": value("select tags ->> 'line' from ci where name = 'Circulation Pump 8'"),
    "requester_j_013": value("select requested_by from wk where entry = 'J-013'"),
    "owner_chillers": value("select distinct owner from ci where sub = 'chiller'"),
    "calibration_pmp_007": value(
        "select performer from mt where code = 'PMP-007'"
        " and kind = 'calibration' order by at desc limit 1"
    ),
    "owner_infusion_20": value("select owner from ci where name = 'Infusion Pump 20'", "owner"),
    "firmware_chiller_3": either(
        moment("select at from wk where code = 'CHL-003' and kind = 'firmware_update'"),
        moment("select until from wk where code = 'CHL-003' and kind = 'firmware_update'"),
    ),
    "first_event_rack_2": moment("select min(at) from ev where name = 'Rack 2'"),
    "finish_j_023": moment("select until from wk where entry = 'J-023'"),
    "latest_inspections": ordered(
        "select at from mt where kind = 'inspection' order by at desc limit 3"
    ),
    "newest_aps": top(
        5,
        "select code, julianday(created) from ci where sub = 'access point' order by 2 desc",
    ),
    "smallest_ward": one_of(
        "select code from ci where sub = 'ward' order by attrs ->> 'beds' limit 1"
    ),
    "busiest_device": one_of(
        "select code from ev group by 1 having count(*) ="
        " (select max(n) from (select count(*) n from ev group by code))"
    ),
    "biggest_document": value("select title from doc order by size desc limit 1"),
    "longest_job": value("select entry, summary, code from wk order by minutes desc limit 1"),
    "failing_firm": one_of(
        "select performer from mt where result = 'failed' group by 1 having count(*) ="
        " (select max(n) from (select count(*) n from mt where result = 'failed'"
        " group by performer))"
    ),
    "filters_or_calibrations": either(
        groups(
            "select kind, count(*) from mt where kind in ('filter_change', 'calibration')"
            " and at like '2026-08%' group by 1"
        ),
        one_of(
            "select kind from mt where kind in ('filter_change', 'calibration')"
            " and at like '2026-08%' group by 1 order by count(*) desc limit 1"
        ),
    ),
    "power_two_racks": either(
        fact(
            "select (select avg(value) from pt where name = 'Rack 3' and at >= '2026-09-14')"
            " > (select avg(value) from pt where name = 'Rack 7' and at >= '2026-09-14')"
        ),
        groups(
            "select code, avg(value) from pt where name in ('Rack 3', 'Rack 7')"
            " and at >= '2026-09-14' group by 1"
        ),
    ),
    "unmaintained_ventilators": items(
        "select code from ci where sub = 'ventilator' and code not in (select code from mt)"
    ),
    "gateways_down": items("select code from ci where sub = 'gateway' and status <> 'in service'"),
    "aps_without_ventilator": items(
        "select code from ci where sub = 'access point' and code not in"
        " (select dst from rel where src_sub = 'ventilator' and kind = 'CONNECTED_TO')"
    ),
    "hot_infusion_pumps": items(
        "select distinct code from ev where sub = 'infusion pump' and kind = 'over_temperature'"
    ),
    "failed_facilities": either(
        records("select at from wk where owner = 'Facilities' and result = 'failed'"),
        items("select distinct code from wk where owner = 'Facilities' and result = 'failed'"),
        labels("select entry from wk where owner = 'Facilities' and result = 'failed'"),
    ),
    "annex_severity_5": number("select count(*) from ev where env = 'annex' and sev = 5"),
    "services_annex": items(
        "select src from rel join ci on code = dst where src_sub = 'service'"
        " and kind = 'RUNS_ON' and env = 'annex'"
    ),
    "robot_up": either(
        fact("select status = 'in service' from ci where name = 'Pharmacy Robot'"),
        value("select status from ci where name = 'Pharmacy Robot'", "status"),
    ),
    "evita_v3_broken": some(
        "select code from ci where sub = 'ventilator' and attrs ->> 'model' = 'Evita V3'"
        " and status = 'out of order'"
    ),
    "infusion_biomedical": every(
        "select code from ci where sub = 'infusion pump' and owner <> 'Biomedical'"
    ),
    "leak_tuesday": some(
        "select code from ev where kind = 'leak_detected' and at like '2026-09-15%'"
    ),
    "events_by_hour": buckets(
        "select substr(at, 1, 13), count(*) from ev where at like '2026-09-18%' group by 1"
    ),
    "maintenance_by_month": buckets(
        "select substr(at, 1, 7), count(*) from mt where at >= '2026-07-01' group by 1"
    ),
    "medical_by_model": groups(
        "select attrs ->> 'model', count(*) from ci where type = 'Medical' group by 1"
    ),
    "jobs_by_approver": groups("select approved_by, count(*) from wk group by 1"),
    "power_by_rack": groups(
        "select code, avg(value) from pt where metric = 'power_draw'"
        " and at like '2026-09-17%' group by 1"
    ),
    "events_late": either(
        records("select at from ev where at >= '2026-09-17T22' and at < '2026-09-18'"),
        number("select count(*) from ev where at >= '2026-09-17T22' and at < '2026-09-18'"),
    ),
    "jobs_30_days": number("select count(*) from wk where at >= '2026-08-19T14:27'"),
    "jobs_weekend": either(
        records("select at from wk where at >= '2026-09-12' and at < '2026-09-14'"),
        items("select distinct code from wk where at >= '2026-09-12' and at < '2026-09-14'"),
        labels("select entry from wk where at >= '2026-09-12' and at < '2026-09-14'"),
    ),
    "gateway_4_fields": both(
        value("select attrs ->> 'firmware' from ci where name = 'Gateway 4'", "firmware"),
        value("select attrs ->> 'floor' from ci where name = 'Gateway 4'", "floor"),
        value("select owner from ci where name = 'Gateway 4'", "owner"),
    ),
    "needs_chiller_3": reached("CHL-003", needed=False),
    "gateway_ap_9": one_of("select dst from rel where src = 'AP-009' and kind = 'CONNECTED_TO'"),
    "busiest_ups": one_of(
        "select dst from rel where src_sub = 'circuit' and dst_sub = 'ups' group by 1"
        " having count(*) = (select max(n) from (select count(*) n from rel"
        " where src_sub = 'circuit' and dst_sub = 'ups' group by dst))"
    ),
    "needed_by_bed_board": reached("SVC-BEDBOARD", needed=True),
    "cleaning_guide": value("select title from doc where title like '%pump cleaning%'"),
    "large_pdfs": labels("select title from doc where type = 'pdf' and size > 2000000"),
    "aps_302_share": number(
        "select 100.0 * avg(attrs ->> 'firmware' = '3.0.2') from ci where sub = 'access point'"
    ),
    "pressure_pump_9": number(
        "select min(value) from pt where metric = 'pressure'"
        " and name = 'Circulation Pump 9' and at like '2026-09-17%'"
    ),
    "pressure_pmp_012": number(
        "select value from pt where metric = 'pressure' and code = 'PMP-012'"
        " order by at desc limit 1"
    ),
    "aquaserv_minutes": number("select sum(minutes) from mt where performer = 'AquaServ'"),
    "ambiguous_pump_12": ask_back(
        "circulation pump 12",
        "infusion pump 12",
        readings=(
            value("select attrs ->> 'model' from ci where name = 'Circulation Pump 12'"),
            value("select attrs ->> 'model' from ci where name = 'Infusion Pump 12'"),
        ),
    ),
    "ambiguous_diesel": ask_back(
        "diesel 1",
        "diesel 2",
        readings=(
            value("select crit from ci where name = 'Diesel 1'"),
            value("select crit from ci where name = 'Diesel 2'"),
        ),
    ),
    "no_temperature": refusal(),
    "unknown_rack": refusal("rack 25"),
    "close_job": refusal(),
    "lunch": refusal(),
}
