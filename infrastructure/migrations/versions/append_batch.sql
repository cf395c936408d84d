-- The function that appends to the event store, whole. {schema} is the schema that the tables are
-- in; {columns}, {values} and {assignments} are the columns that the run list has got since 0007,
-- {lease...} are empty before 0015.
-- Their three long lines are as migration 0005 left them: its downgrade looks for them.

-- Appends requests as one batch of the log, and answers each, in their order. `requests` are
-- numbered from 1; `sent` are rows of `events` whose `position` is the number of their request;
-- `summaries` are rows of `run_summaries`, one per request, and empty where the stream is no run.
-- Fails as a whole when two requests share a stream, a key or an event id.
--
-- The log's row is locked first and held to the commit: writers take turns, so that nothing which
-- is read here can change, positions have no gaps, and commits keep their order. Each statement of
-- the function sees what was committed before it began, and so what the writer before left.
--
-- Plans are fixed to look up each row by its key: they are made once a session, when the tables
-- may have been empty.
CREATE OR REPLACE FUNCTION {schema}.append_batch(the_log text, requests json, sent json, summaries json)
    RETURNS TABLE (
        first_position bigint, version bigint, head_hash bytea,
        digest bytea, earlier_stream text, earlier_first bigint, earlier_last bigint,
        earlier_version bigint, earlier_hash bytea
    )
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp
    SET plan_cache_mode = force_generic_plan
    SET jit = off SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
DECLARE
    before logs;
    answers append_answer[];
    fitting boolean[];
    beyonds bigint[];
    event_count bigint;
    hashes bytea;
BEGIN
    SELECT * INTO STRICT before FROM logs WHERE log = the_log FOR UPDATE;

    WITH looked AS (
        SELECT r.*, k AS earlier, coalesce(s.version, 0) AS version,
            coalesce(s.head_hash, decode(repeat('00', 32), 'hex')) AS head_hash
        FROM json_to_recordset(requests) AS r (
            no bigint, tenant_id text, stream_id text, expected_version bigint,
            expected_hash bytea, new_version bigint, key text{lease_columns}
        )
        LEFT JOIN streams AS s ON s.tenant_id = r.tenant_id AND s.stream_id = r.stream_id
        LEFT JOIN idempotency_keys AS k ON k.tenant_id = r.tenant_id AND k.key = r.key
    ), judged AS (
        SELECT *, (looked.earlier).key IS NULL AND version = expected_version
            AND head_hash = expected_hash{lease_condition} AS fits
        FROM looked
    ), placed AS (
        SELECT *, before.position - expected_version + coalesce(
            sum(new_version - expected_version) FILTER (WHERE fits)
                OVER (ORDER BY no ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0
        ) AS beyond
        FROM judged
    )
    SELECT array_agg(
            (no, fits, beyond, version, head_hash, earlier)::append_answer ORDER BY no
        ), array_agg(fits ORDER BY no), array_agg(beyond ORDER BY no)
    INTO answers, fitting, beyonds FROM placed;

    WITH written AS (
        INSERT INTO events (
            position, log, tenant_id, stream_id, version, event_id, type, schema_version,
            recorded_at, actor_kind, actor_id, correlation_id, causation_id, traceparent, data,
            content_hash
        )
        SELECT e.version + beyonds[e.position], the_log, e.tenant_id, e.stream_id, e.version,
            e.event_id, e.type, e.schema_version, e.recorded_at, e.actor_kind, e.actor_id,
            e.correlation_id, e.causation_id, e.traceparent, e.data, e.content_hash
        FROM json_populate_recordset(NULL::events, sent) AS e WHERE fitting[e.position]
        RETURNING position, content_hash
    )
    SELECT count(*), string_agg(content_hash, '' ORDER BY position)
    INTO event_count, hashes FROM written;

    IF event_count > 0 THEN
        INSERT INTO streams (tenant_id, stream_id, version, head_hash)
        SELECT r.tenant_id, r.stream_id, r.new_version, r.new_hash
        FROM json_to_recordset(requests) AS r (
            no bigint, tenant_id text, stream_id text, new_version bigint, new_hash bytea
        ) WHERE fitting[r.no]
        ON CONFLICT (tenant_id, stream_id)
            DO UPDATE SET version = excluded.version, head_hash = excluded.head_hash;

        INSERT INTO run_summaries (
            tenant_id, run_id, version, state, status, route, planner, question, actor_kind,
            actor_id, requested_at, updated_at, ended_at, duration_ms, call_count,
            failed_call_count, error_code, error, fingerprint, worker, origin, parent_run_id, golden{columns}
        )
        SELECT r.tenant_id, r.run_id, r.version, r.state, r.status, r.route, r.planner,
            r.question, r.actor_kind, r.actor_id, r.requested_at, r.updated_at, r.ended_at,
            r.duration_ms, r.call_count, r.failed_call_count, r.error_code, r.error, r.fingerprint, r.worker, r.origin, r.parent_run_id, r.golden{values}
        FROM ROWS FROM (
            json_populate_recordset(NULL::run_summaries, summaries), unnest(fitting)
        ) AS r WHERE r.unnest AND r.run_id IS NOT NULL
        ON CONFLICT (tenant_id, run_id) DO UPDATE SET
            version = excluded.version, state = excluded.state, status = excluded.status,
            route = excluded.route, planner = excluded.planner, question = excluded.question,
            actor_kind = excluded.actor_kind, actor_id = excluded.actor_id,
            requested_at = excluded.requested_at, updated_at = excluded.updated_at,
            ended_at = excluded.ended_at, duration_ms = excluded.duration_ms,
            call_count = excluded.call_count, failed_call_count = excluded.failed_call_count,
            error_code = excluded.error_code, error = excluded.error, fingerprint = excluded.fingerprint, worker = excluded.worker, origin = excluded.origin, parent_run_id = excluded.parent_run_id, golden = excluded.golden{assignments};

        INSERT INTO idempotency_keys
            (tenant_id, key, digest, stream_id, first_position, last_position, version, head_hash)
        SELECT r.tenant_id, r.key, r.digest, r.stream_id,
            r.expected_version + 1 + beyonds[r.no], r.new_version + beyonds[r.no],
            r.new_version, r.new_hash
        FROM json_to_recordset(requests) AS r (
            no bigint, tenant_id text, stream_id text, expected_version bigint,
            new_version bigint, new_hash bytea, key text, digest bytea
        ) WHERE fitting[r.no] AND r.key IS NOT NULL;
{lease_changes}
        hashes := sha256('\x03'::bytea || before.log_hash || hashes);
        UPDATE logs SET position = before.position + event_count, log_hash = hashes
        WHERE log = the_log;
        INSERT INTO log_batches (log, first_position, last_position, log_hash)
        VALUES (the_log, before.position + 1, before.position + event_count, hashes);
        PERFORM pg_notify('log_' || the_log, (before.position + event_count)::text);
    END IF;

    RETURN QUERY
    SELECT CASE WHEN a.fits THEN a.version + 1 + a.beyond END, a.version, a.head_hash,
        (a.earlier).digest, (a.earlier).stream_id, (a.earlier).first_position,
        (a.earlier).last_position, (a.earlier).version, (a.earlier).head_hash
    FROM unnest(answers) AS a ORDER BY a.no;
END $$;

-- Functions may be called by everybody unless this is said, and this one runs as its owner.
REVOKE ALL ON FUNCTION {schema}.append_batch(text, json, json, json) FROM PUBLIC;
