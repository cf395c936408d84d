"""What is true of the demo estate: its graph, documents, metrics and runs, and refusals."""

from collections.abc import Mapping
from typing import Final

from bench.questions.truth_makers import (
    Maker,
    ask_back,
    both,
    either,
    hops,
    items,
    labels,
    moment,
    number,
    one_of,
    reached,
    records,
    refusal,
    shows,
    value,
)

KIND_TRUTHS: Final[Mapping[str, Maker]] = {
    "order_app_fields": both(
        value("select owner from ci where code = 'app-erp-order-01-1'", "owner"),
        value("select zone from ci where code = 'app-erp-order-01-1'", "location"),
        value("select crit from ci where code = 'app-erp-order-01-1'", "criticality"),
    ),
    "servers_and_dbs": both(
        number("select count(*) from ci where sub = 'server' and zone = 'zone-b'"),
        number("select count(*) from ci where sub = 'db' and zone = 'zone-b'"),
    ),
    "scada_owner_needs": both(
        value("select owner from ci where code = 'sys-scada'", "owner"),
        reached("sys-scada", needed=True),
    ),
    "failed_both": both(
        number("select count(*) from wk where result = 'failed' and at >= '2026-11'"),
        number("select count(*) from mt where result = 'failed' and at >= '2026-11'"),
    ),
    "runs_on_srv_mon_01": items(
        "select src from rel where dst = 'srv-mon-01' and kind in ('RUNS_ON', 'DEPLOYED_ON')"
    ),
    "host_db_cmdb_01": one_of(
        "select dst from rel where src = 'db-cmdb-01' and kind = 'DEPLOYED_ON'"
    ),
    "needs_mes_order": reached("app-mes-order-01-1", needed=True),
    "impact_storage_scada": reached("storage-scada", needed=False),
    "hops_web_db": hops("web-erp-01", "db-mes-01"),
    "switches_apm_03": items(
        "select dst from rel where src = 'srv-apm-03' and kind = 'CONNECTED_TO'"
    ),
    "apps_on_db_analytics": reached("db-analytics-01", needed=False, sub="app", depths=(1,)),
    "why_erp_order": shows(("3.2.0",), ("app-erp-order-01-1",)),
    "why_db_analytics": shows(("15.0",)),
    "done_erp_order": shows(
        ("3.2.0", "work-deployment-app-erp-order-01-1", "2026-11-26T04:17", "2026-11-26 04:17")
    ),
    "secops_runbook": value("select title from doc where title = 'SECOPS System runbook'"),
    "queued_count": number("select count(*) from doc where status = 'queued'"),
    "storage_texts": labels(
        "select title from doc where type = 'txt'"
        " and (title like '%storage%' or content like '%storage%')"
    ),
    "linux_patch_policy": shows(("patched and rebooted",)),
    "failed_share": number(
        "select 100.0 * avg(result = 'failed') from wk where at like '2026-10%'"
    ),
    "java_share": number(
        "select 100.0 * avg(attrs ->> 'engine' = 'java') from ci where sub = 'app'"
    ),
    "severity_5_share": number("select 100.0 * avg(sev = 5) from ev where at like '2026-11-25%'"),
    "peak_srv_erp_05": both(
        number(
            "select max(value) from pt where metric = 'cpu_usage'"
            " and code = 'srv-erp-05' and at >= '2026-11-16' and at < '2026-11-23'"
        ),
        moment(
            "select at from pt where metric = 'cpu_usage' and code = 'srv-erp-05'"
            " and at >= '2026-11-16' and at < '2026-11-23' order by value desc limit 1"
        ),
    ),
    "temperature_zone_b": number(
        "select avg(value) from pt where metric = 'temperature' and zone = 'zone-b'"
        " and at > '2026-11-25T10:17:00'",
        0.06,
    ),
    "memory_db_mon_01": number(
        "select value from pt where metric = 'memory_usage'"
        " and code = 'db-mon-01' order by at desc limit 1"
    ),
    "hottest_cpu": one_of(
        "select code from pt where metric = 'cpu_usage' and sub = 'server'"
        " and at >= '2026-11-26' group by 1 order by avg(value) desc limit 1"
    ),
    "coldest_secops_01": number(
        "select min(value) from pt where metric = 'temperature'"
        " and code = 'srv-secops-01' and at >= '2026-11'"
    ),
    "peak_time_mes_04": moment(
        "select at from pt where metric = 'cpu_usage' and code = 'srv-mes-04'"
        " and at like '2026-11-25%' order by value desc limit 1"
    ),
    "changed_db_analytics": shows(("15.0",)),
    "storage_total": number("select sum(attrs ->> 'capacity_tb') from ci"),
    "maintenance_cmdb_05": either(
        number("select sum(minutes) from mt where code = 'srv-cmdb-05' and at >= '2026'"),
        number("select sum(minutes) / 60.0 from mt where code = 'srv-cmdb-05' and at >= '2026'"),
    ),
    "failed_upgrade_minutes": number(
        "select avg(minutes) from wk where kind = 'upgrade' and result = 'failed'"
    ),
    "failed_runs": number("select count(*) from run where state = 'failed'"),
    "first_question": either(
        value("select question from run order by at limit 1"),
        value("select id from run order by at limit 1"),
    ),
    "last_failed_run": value(
        "select id, question from run where state = 'failed' order by at desc limit 1"
    ),
    "ambiguous_server_01": ask_back("server 01"),
    "ambiguous_deployments": ask_back(
        "deployment",
        readings=(
            either(
                records(
                    "select at from ev where kind = 'deployment' and code = 'app-mes-order-01-1'"
                    " and at >= '2026-11-23'"
                ),
                number(
                    "select count(*) from ev where kind = 'deployment'"
                    " and code = 'app-mes-order-01-1' and at >= '2026-11-23'"
                ),
            ),
            either(
                records(
                    "select at from wk where kind = 'deployment' and code = 'app-mes-order-01-1'"
                    " and at >= '2026-11-23'"
                ),
                number(
                    "select count(*) from wk where kind = 'deployment'"
                    " and code = 'app-mes-order-01-1' and at >= '2026-11-23'"
                ),
            ),
        ),
    ),
    "ambiguous_usage": ask_back("cpu", "memory"),
    "unknown_server": refusal("srv-erp-42"),
    "impossible_date": refusal(),
    "unknown_field": refusal("gpu"),
    "unknown_other": refusal("srv-xyz-77"),
    "unknown_metric": refusal("latency"),
    "change_owner": refusal(),
    "reboot": refusal(),
    "password": refusal(),
    "weather": refusal(),
    "thanks": refusal(),
}
