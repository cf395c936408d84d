"""What is true of the demo estate, whose newest data is of Thursday 2026-11-26 10:17."""

from collections.abc import Mapping
from typing import Final

from bench.questions.truth_makers import (
    Maker,
    either,
    items,
    moment,
    number,
    one_of,
    ordered,
    top,
    value,
)
from bench.questions.truths_demo_kinds import KIND_TRUTHS
from bench.questions.truths_demo_sets import SET_TRUTHS

DEMO_TRUTHS: Final[Mapping[str, Maker]] = {
    "tomcat_count": number("select count(*) from ci where attrs ->> 'engine' = 'tomcat'"),
    "prod_dbs_zone_c": number(
        "select count(*) from ci where sub = 'db' and env = 'production' and zone = 'zone-c'"
    ),
    "servers_32_128": number(
        "select count(*) from ci where sub = 'server' and attrs ->> 'cpu_cores' = 32"
        " and attrs ->> 'memory_gb' = 128"
    ),
    "security_count": number("select count(*) from ci where sub = 'security'"),
    "app_engine_count": number(
        "select count(distinct attrs ->> 'engine') from ci where sub = 'app'"
    ),
    "mes_alarms_week": number(
        "select count(*) from ev where kind = 'threshold_alarm' and sys = 'mes'"
        " and at >= '2026-11-23'"
    ),
    "failed_patches_since_september": number(
        "select count(*) from mt where kind = 'patch' and result = 'failed' and at >= '2026-09-01'"
    ),
    "juniper_switches": items("select code from ci where attrs ->> 'vendor' = 'juniper'"),
    "go_apps_zone_b": items(
        "select code from ci where sub = 'app' and attrs ->> 'engine' = 'go' and zone = 'zone-b'"
    ),
    "servers_over_192": items(
        "select code from ci where sub = 'server' and attrs ->> 'memory_gb' > 192"
    ),
    "cockroach_production": items(
        "select code from ci where sub = 'db' and attrs ->> 'engine' = 'cockroach'"
        " and env = 'production'"
    ),
    "storage_over_40": items(
        "select code from ci where sub = 'storage' and attrs ->> 'capacity_tb' > 40"
    ),
    "monitoring_servers_zone_a": items(
        "select code from ci where sub = 'server' and status = 'monitoring' and zone = 'zone-a'"
    ),
    "ip_srv_mes_05": value("select attrs ->> 'ip' from ci where code = 'srv-mes-05'"),
    "ram_scada_server_03": value(
        "select attrs ->> 'memory_gb' from ci where name = 'SCADA Server 03'", "memory_gb"
    ),
    "raid_storage_apm": value("select attrs ->> 'raid' from ci where code = 'storage-apm'"),
    "version_was_cmdb_02": value(
        "select attrs ->> 'version' from ci where code = 'was-cmdb-02'", "version"
    ),
    "environment_srv_cmdb_05": value(
        "select env from ci where code = 'srv-cmdb-05'", "environment"
    ),
    "purpose_analytics": value("select attrs ->> 'purpose' from ci where code = 'sys-analytics'"),
    "make_sec_mon": value("select attrs ->> 'vendor' from ci where code = 'sec-mon'"),
    "owner_db_secops_05": value("select owner from ci where code = 'db-secops-05'"),
    "zone_net_cmdb_02": value("select zone from ci where code = 'net-cmdb-02'"),
    "approver_os_erp_02": value(
        "select approved_by from wk where code = 'os-erp-02'"
        " and kind = 'upgrade' order by at desc limit 1"
    ),
    "rebooter_srv_secops_04": value(
        "select performer from mt where code = 'srv-secops-04'"
        " and kind = 'reboot' order by at desc limit 1"
    ),
    "requester_october": one_of(
        "select requested_by from wk where at like '2026-10%' group by 1"
        " order by count(*) desc limit 1"
    ),
    "created_net_apm_01": moment(
        "select substr(created, 1, 10) from ci where code = 'net-apm-01'"
    ),
    "patched_db_erp_02": ordered(
        "select at from mt where code = 'db-erp-02' and kind = 'patch' order by at desc limit 1"
    ),
    "reboot_srv_mon_05": either(
        moment("select max(at) from mt where code = 'srv-mon-05' and kind = 'reboot'"),
        moment(
            "select max(at) from ev where code = 'srv-mon-05'"
            " and message like '%down for a reboot'"
        ),
    ),
    "first_severity_5_today": moment(
        "select min(at) from ev where sev = 5 and at like '2026-11-26%'"
    ),
    "last_3_db_scada_01": ordered(
        "select at from ev where code = 'db-scada-01' order by at desc limit 3"
    ),
    "second_newest_document": value(
        "select title from doc order by created desc limit 1 offset 1"
    ),
    "oldest_server": one_of("select code from ci where sub = 'server' order by created limit 1"),
    "newest_5": top(5, "select code, julianday(created) from ci order by created desc"),
    "second_last_was_erp_01": either(
        value(
            "select summary, entry from wk where code = 'was-erp-01' order by at desc"
            " limit 1 offset 1"
        ),
        moment("select at from wk where code = 'was-erp-01' order by at desc limit 1 offset 1"),
    ),
    "staging_zone": one_of(
        "select zone from ci where env = 'staging' group by 1"
        " having count(*) = (select max(n) from (select count(*) n from ci"
        " where env = 'staging' group by zone))"
    ),
    "noisiest_24h": one_of(
        "select code from ev where at >= '2026-11-25T10:17' group by 1"
        " having count(*) = (select max(n) from (select count(*) n from ev"
        " where at >= '2026-11-25T10:17' group by code))"
    ),
    "rarest_engine": value(
        "select attrs ->> 'engine' from ci where sub = 'db' group by 1 order by count(*) limit 1"
    ),
    "biggest_manual": value(
        "select title from doc where cat = 'manual' order by size desc limit 1"
    ),
    "common_app_version": one_of(
        "select attrs ->> 'version' from ci where sub = 'app' group by 1"
        " having count(*) = (select max(n) from (select count(*) n from ci"
        " where sub = 'app' group by attrs ->> 'version'))"
    ),
    "failed_work_system": value(
        "select sys, 'sys-' || sys from wk where result = 'failed'"
        " and at >= '2026' group by 1 order by count(*) desc limit 1"
    ),
    "busiest_hour": either(
        moment(
            "select substr(at, 1, 13) || ':00:00' from ev"
            " where at like '2026-11-24%' group by 1 order by count(*) desc limit 1"
        ),
        value(
            "select substr(at, 12, 2) || ':00' from ev where at like '2026-11-24%'"
            " group by 1 order by count(*) desc limit 1"
        ),
    ),
    "most_needed": either(
        one_of(
            "select dst from rel where kind = 'DEPENDS_ON' group by 1"
            " order by count(*) desc limit 1"
        ),
        one_of(
            "select dst from rel where kind in ('DEPENDS_ON', 'RUNS_ON', 'DEPLOYED_ON')"
            " group by 1 having count(*) = (select max(n) from (select count(*) n"
            " from rel where kind in ('DEPENDS_ON', 'RUNS_ON', 'DEPLOYED_ON') group by dst))"
        ),
    ),
    "top_rebooted": top(
        3,
        "select code, count(*) from mt where sub = 'server' and kind = 'reboot'"
        " and at >= '2026' group by 1 order by 2 desc",
    ),
    **SET_TRUTHS,
    **KIND_TRUTHS,
}
