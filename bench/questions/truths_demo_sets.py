"""What is true of the demo estate: comparisons, sets and times."""

from collections.abc import Mapping
from typing import Final

from bench.questions.truth_makers import (
    Maker,
    both,
    buckets,
    either,
    every,
    fact,
    groups,
    items,
    labels,
    number,
    records,
    some,
)

SET_TRUTHS: Final[Mapping[str, Maker]] = {
    "erp_or_mes": either(
        groups(
            "select sys, count(*) from ev where at >= '2026-11-23'"
            " and sys in ('erp', 'mes') group by 1"
        ),
        both(
            number("select count(*) from ev where at >= '2026-11-23' and sys = 'erp'"),
            number("select count(*) from ev where at >= '2026-11-23' and sys = 'mes'"),
        ),
    ),
    "severity_5_two_days": both(
        number("select count(*) from ev where sev = 5 and at like '2026-11-26%'"),
        number("select count(*) from ev where sev = 5 and at like '2026-11-25%'"),
    ),
    "work_two_months": both(
        number("select count(*) from wk where at like '2026-09%'"),
        number("select count(*) from wk where at like '2026-10%'"),
    ),
    "cpu_two_servers": both(
        number(
            "select avg(value) from pt where metric = 'cpu_usage'"
            " and code = 'srv-erp-01' and at > '2026-11-25T10:17:00'",
            0.06,
        ),
        number(
            "select avg(value) from pt where metric = 'cpu_usage'"
            " and code = 'srv-erp-02' and at > '2026-11-25T10:17:00'",
            0.06,
        ),
    ),
    "patches_or_reboots": fact(
        "select sum(kind = 'patch') > sum(kind = 'reboot') from mt where result = 'failed'"
    ),
    "servers_unalarmed": items(
        "select code from ci where sub = 'server' and code not in (select code"
        " from ev where kind = 'security_alert' and at >= '2026-11-23')"
    ),
    "dbs_never_failed": items(
        "select code from ci where sub = 'db' and code not in (select code from mt"
        " where result = 'failed')"
    ),
    "apps_unworked": items(
        "select code from ci where sub = 'app' and code not in (select code"
        " from wk where at >= '2026-10-27T10:17')"
    ),
    "unowned": items("select code from ci where owner = ''"),
    "webs_not_nginx": items(
        "select code from ci where sub = 'web' and attrs ->> 'engine' <> 'nginx'"
    ),
    "servers_256_failed_reboot": items(
        "select distinct code from mt where sub = 'server'"
        " and attrs ->> 'memory_gb' = 256 and kind = 'reboot' and result = 'failed'"
    ),
    "java_apps_alarmed": items(
        "select distinct code from ev where sub = 'app'"
        " and attrs ->> 'engine' = 'java' and kind = 'threshold_alarm' and sev = 5"
        " and at like '2026-11-26%'"
    ),
    "servers_busy_zone_a": items(
        "select code from pt where metric = 'cpu_usage' and sub = 'server'"
        " and zone = 'zone-a' and at > '2026-11-25T10:17:00' group by 1"
        " having avg(value) > 40"
    ),
    "owners_degraded": labels(
        "select distinct owner from wk where kind = 'deployment'"
        " and result = 'degraded' and at >= '2026-11-23'"
    ),
    "webs_on_32_cores": items(
        "select src from rel join ci on code = dst where src_sub = 'web'"
        " and kind = 'DEPLOYED_ON' and attrs ->> 'cpu_cores' = 32"
    ),
    "srv_erp_04_production": fact("select env = 'production' from ci where code = 'srv-erp-04'"),
    "cmdb_03_rebooted": fact(
        "select count(*) from mt where code = 'srv-cmdb-03' and kind = 'reboot'"
        " and at >= '2026-11-16' and at < '2026-11-23'"
    ),
    "nginx_124": every(
        "select code from ci where attrs ->> 'engine' = 'nginx' and attrs ->> 'version' <> '1.24'"
    ),
    "failed_work_today": some(
        "select code from wk where result = 'failed' and at like '2026-11-26%'"
    ),
    "servers_128": every(
        "select code from ci where sub = 'server' and attrs ->> 'memory_gb' < 128"
    ),
    "servers_patched": every(
        "select code from ci where sub = 'server' and code not in (select code"
        " from mt where kind = 'patch' and at >= '2026')"
    ),
    "mes_servers_quiet": either(
        every(
            "select code from ev where sub = 'server' and sys = 'mes' and sev = 5"
            " and at like '2026-11-26%'"
        ),
        items(
            "select code from ev where sub = 'server' and sys = 'mes' and sev = 5"
            " and at like '2026-11-26%'"
        ),
    ),
    "events_by_day": buckets(
        "select substr(at, 1, 10), count(*) from ev where at >= '2026-11-23' group by 1"
    ),
    "alarms_by_hour": buckets(
        "select substr(at, 1, 13), count(*) from ev where kind = 'threshold_alarm'"
        " and at >= '2026-11-26T06' group by 1"
    ),
    "failed_by_month": buckets(
        "select substr(at, 1, 7), count(*) from mt where result = 'failed'"
        " and at >= '2026' group by 1"
    ),
    "memory_by_day": buckets(
        "select substr(at, 1, 10), avg(value) from pt where metric = 'memory_usage'"
        " and code = 'srv-scada-02' and at >= '2026-11-23' group by 1"
    ),
    "work_by_week": buckets(
        "select date(at, 'weekday 0', '-6 days'), count(*) from wk"
        " where at like '2026-10%' group by 1"
    ),
    "severities_today": groups(
        "select sev, count(*) from ev where at like '2026-11-26%' group by 1"
    ),
    "ram_by_zone": groups(
        "select zone, sum(attrs ->> 'memory_gb') from ci where sub = 'server' group by 1"
    ),
    "failed_by_type": groups("select kind, count(*) from wk where result = 'failed' group by 1"),
    "duration_by_performer": groups("select performer, avg(minutes) from mt group by 1"),
    "owners_zone_c": groups("select owner, count(*) from ci where zone = 'zone-c' group by 1"),
    "events_since_monday": number("select count(*) from ev where at >= '2026-11-23T08'"),
    "severe_before_8": number(
        "select count(*) from ev where sev >= 4 and at like '2026-11-26%' and at < '2026-11-26T08'"
    ),
    "maintenance_14": records("select at from mt where at like '2026-11-14%'"),
    "work_october_3": either(
        records("select at from wk where at >= '2026-10-03' and at < '2026-10-06'"),
        records("select at from wk where at >= '2026-10-03' and at < '2026-10-05'"),
    ),
    "alerts_overnight": number(
        "select count(*) from ev where kind = 'security_alert'"
        " and at >= '2026-11-25T22' and at < '2026-11-26T06'"
    ),
    "sys_mes_sunday": fact(
        "select count(*) from ev where code = 'sys-mes' and at like '2026-11-22%'"
    ),
    "alerts_week_46": number(
        "select count(*) from ev where kind = 'security_alert'"
        " and at >= '2026-11-09' and at < '2026-11-16'"
    ),
    "events_20_afternoon": number(
        "select count(*) from ev where at >= '2026-11-20T14' and at < '2026-11-20T15:30'", 1.0
    ),
}
