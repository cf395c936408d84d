-- What guards the event store on PostgreSQL, and the function that appends to it.
-- {schema} is the schema that the tables are in.

-- These rows are written anew with each append. With room for the next one on its page, that changes
-- no index: it saves a fifth of what an append costs the server.
ALTER TABLE {schema}.logs SET (fillfactor = 10);
ALTER TABLE {schema}.streams SET (fillfactor = 50);
ALTER TABLE {schema}.run_summaries SET (fillfactor = 50);

CREATE FUNCTION {schema}.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'restrict_violation';
END $$;

-- Once per statement: a batch of a thousand events costs little more than one.
CREATE FUNCTION {schema}.require_next_events() RETURNS trigger
    LANGUAGE plpgsql SET search_path = {schema}, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (
            SELECT log, min(position) AS first, max(position) AS last, count(*) AS size
            FROM inserted GROUP BY log
        ) AS i LEFT JOIN logs AS l ON l.log = i.log
        WHERE i.first IS DISTINCT FROM l.position + 1 OR i.last - i.first + 1 <> i.size
    ) THEN
        RAISE EXCEPTION 'the position of an event continues the log'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

-- The events of a batch come before the new heads of their streams.
CREATE FUNCTION {schema}.require_next_versions() RETURNS trigger
    LANGUAGE plpgsql SET search_path = {schema}, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (
            SELECT tenant_id, stream_id, min(version) AS first, max(version) AS last,
                count(*) AS size
            FROM inserted GROUP BY tenant_id, stream_id
        ) AS i LEFT JOIN streams AS s ON s.tenant_id = i.tenant_id AND s.stream_id = i.stream_id
        WHERE i.first <> coalesce(s.version, 0) + 1 OR i.last - i.first + 1 <> i.size
    ) THEN
        RAISE EXCEPTION 'the version of an event continues its stream'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION {schema}.require_next_batch() RETURNS trigger
    LANGUAGE plpgsql SET search_path = {schema}, pg_temp AS $$
BEGIN
    IF NEW.last_position < NEW.first_position OR NEW.first_position <> (
        SELECT coalesce(max(last_position), 0) + 1 FROM log_batches WHERE log = NEW.log
    ) THEN
        RAISE EXCEPTION 'a batch continues the log' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

-- What became of a request, and what was there before it: the head of its stream, and the answer
-- to its key. `fits` says that its events are appended; then the position of each is its version
-- and `beyond`.
CREATE TYPE {schema}.append_answer AS (
    no bigint,
    fits boolean,
    beyond bigint,
    version bigint,
    head_hash bytea,
    earlier {schema}.idempotency_keys
);

-- Appends requests as one batch of the log, and answers each, in their order. `requests` are
-- numbered from 1; `sent` are rows of `events` whose `position` is the number of their request;
-- `summaries` are rows of `run_summaries`, one per request. Fails as a whole when two requests
-- share a stream, a key or an event id.
--
-- The log's row is locked first and held to the commit: writers take turns, so that nothing which
-- is read here can change, positions have no gaps, and commits keep their order. Each statement of
-- the function sees what was committed before it began, and so what the writer before left.
--
-- Plans are fixed to look up each row by its key: they are made once a session, when the tables
-- may have been empty.
CREATE FUNCTION {schema}.append_batch(the_log text, requests json, sent json, summaries json)
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
            expected_hash bytea, new_version bigint, key text
        )
        LEFT JOIN streams AS s ON s.tenant_id = r.tenant_id AND s.stream_id = r.stream_id
        LEFT JOIN idempotency_keys AS k ON k.tenant_id = r.tenant_id AND k.key = r.key
    ), judged AS (
        SELECT *, (looked.earlier).key IS NULL AND version = expected_version
            AND head_hash = expected_hash AS fits
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
            failed_call_count, error_code, error
        )
        SELECT r.tenant_id, r.run_id, r.version, r.state, r.status, r.route, r.planner,
            r.question, r.actor_kind, r.actor_id, r.requested_at, r.updated_at, r.ended_at,
            r.duration_ms, r.call_count, r.failed_call_count, r.error_code, r.error
        FROM ROWS FROM (
            json_populate_recordset(NULL::run_summaries, summaries), unnest(fitting)
        ) AS r WHERE r.unnest
        ON CONFLICT (tenant_id, run_id) DO UPDATE SET
            version = excluded.version, state = excluded.state, status = excluded.status,
            route = excluded.route, planner = excluded.planner, question = excluded.question,
            actor_kind = excluded.actor_kind, actor_id = excluded.actor_id,
            requested_at = excluded.requested_at, updated_at = excluded.updated_at,
            ended_at = excluded.ended_at, duration_ms = excluded.duration_ms,
            call_count = excluded.call_count, failed_call_count = excluded.failed_call_count,
            error_code = excluded.error_code, error = excluded.error;

        INSERT INTO idempotency_keys
            (tenant_id, key, digest, stream_id, first_position, last_position, version, head_hash)
        SELECT r.tenant_id, r.key, r.digest, r.stream_id,
            r.expected_version + 1 + beyonds[r.no], r.new_version + beyonds[r.no],
            r.new_version, r.new_hash
        FROM json_to_recordset(requests) AS r (
            no bigint, tenant_id text, stream_id text, expected_version bigint,
            new_version bigint, new_hash bytea, key text, digest bytea
        ) WHERE fitting[r.no] AND r.key IS NOT NULL;

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

-- ALWAYS: also for a session that calls itself a replica.
CREATE TRIGGER events_change BEFORE UPDATE ON {schema}.events FOR EACH ROW
    EXECUTE FUNCTION {schema}.refuse('events are never changed');
ALTER TABLE {schema}.events ENABLE ALWAYS TRIGGER events_change;
CREATE TRIGGER events_delete BEFORE DELETE ON {schema}.events FOR EACH ROW
    EXECUTE FUNCTION {schema}.refuse('events are never deleted');
ALTER TABLE {schema}.events ENABLE ALWAYS TRIGGER events_delete;
CREATE TRIGGER log_batches_change BEFORE UPDATE ON {schema}.log_batches FOR EACH ROW
    EXECUTE FUNCTION {schema}.refuse('batches are never changed');
ALTER TABLE {schema}.log_batches ENABLE ALWAYS TRIGGER log_batches_change;
CREATE TRIGGER log_batches_delete BEFORE DELETE ON {schema}.log_batches FOR EACH ROW
    EXECUTE FUNCTION {schema}.refuse('batches are never deleted');
ALTER TABLE {schema}.log_batches ENABLE ALWAYS TRIGGER log_batches_delete;
CREATE TRIGGER idempotency_keys_change BEFORE UPDATE ON {schema}.idempotency_keys FOR EACH ROW
    EXECUTE FUNCTION {schema}.refuse('idempotency keys are never changed');
ALTER TABLE {schema}.idempotency_keys ENABLE ALWAYS TRIGGER idempotency_keys_change;
CREATE TRIGGER idempotency_keys_delete BEFORE DELETE ON {schema}.idempotency_keys FOR EACH ROW
    EXECUTE FUNCTION {schema}.refuse('idempotency keys are never deleted');
ALTER TABLE {schema}.idempotency_keys ENABLE ALWAYS TRIGGER idempotency_keys_delete;
CREATE TRIGGER streams_change BEFORE UPDATE ON {schema}.streams FOR EACH ROW
    WHEN (NEW.tenant_id <> OLD.tenant_id OR NEW.stream_id <> OLD.stream_id OR NEW.version <= OLD.version)
    EXECUTE FUNCTION {schema}.refuse('the version of a stream only rises');
ALTER TABLE {schema}.streams ENABLE ALWAYS TRIGGER streams_change;
CREATE TRIGGER streams_delete BEFORE DELETE ON {schema}.streams FOR EACH ROW
    EXECUTE FUNCTION {schema}.refuse('streams are never deleted');
ALTER TABLE {schema}.streams ENABLE ALWAYS TRIGGER streams_delete;
CREATE TRIGGER logs_change BEFORE UPDATE ON {schema}.logs FOR EACH ROW
    WHEN (NEW.log <> OLD.log OR NEW.position <= OLD.position)
    EXECUTE FUNCTION {schema}.refuse('the position of a log only rises');
ALTER TABLE {schema}.logs ENABLE ALWAYS TRIGGER logs_change;
CREATE TRIGGER logs_delete BEFORE DELETE ON {schema}.logs FOR EACH ROW
    EXECUTE FUNCTION {schema}.refuse('logs are never deleted');
ALTER TABLE {schema}.logs ENABLE ALWAYS TRIGGER logs_delete;
CREATE TRIGGER events_truncate BEFORE TRUNCATE ON {schema}.events FOR EACH STATEMENT
    EXECUTE FUNCTION {schema}.refuse('events are never deleted');
ALTER TABLE {schema}.events ENABLE ALWAYS TRIGGER events_truncate;
CREATE TRIGGER log_batches_truncate BEFORE TRUNCATE ON {schema}.log_batches FOR EACH STATEMENT
    EXECUTE FUNCTION {schema}.refuse('batches are never deleted');
ALTER TABLE {schema}.log_batches ENABLE ALWAYS TRIGGER log_batches_truncate;
CREATE TRIGGER idempotency_keys_truncate BEFORE TRUNCATE ON {schema}.idempotency_keys FOR EACH STATEMENT
    EXECUTE FUNCTION {schema}.refuse('idempotency keys are never deleted');
ALTER TABLE {schema}.idempotency_keys ENABLE ALWAYS TRIGGER idempotency_keys_truncate;
CREATE TRIGGER streams_truncate BEFORE TRUNCATE ON {schema}.streams FOR EACH STATEMENT
    EXECUTE FUNCTION {schema}.refuse('streams are never deleted');
ALTER TABLE {schema}.streams ENABLE ALWAYS TRIGGER streams_truncate;
CREATE TRIGGER logs_truncate BEFORE TRUNCATE ON {schema}.logs FOR EACH STATEMENT
    EXECUTE FUNCTION {schema}.refuse('logs are never deleted');
ALTER TABLE {schema}.logs ENABLE ALWAYS TRIGGER logs_truncate;
CREATE TRIGGER events_order AFTER INSERT ON {schema}.events REFERENCING NEW TABLE AS inserted
    FOR EACH STATEMENT EXECUTE FUNCTION {schema}.require_next_events();
ALTER TABLE {schema}.events ENABLE ALWAYS TRIGGER events_order;
CREATE TRIGGER events_versions AFTER INSERT ON {schema}.events REFERENCING NEW TABLE AS inserted
    FOR EACH STATEMENT EXECUTE FUNCTION {schema}.require_next_versions();
ALTER TABLE {schema}.events ENABLE ALWAYS TRIGGER events_versions;
CREATE TRIGGER log_batches_order BEFORE INSERT ON {schema}.log_batches FOR EACH ROW
    EXECUTE FUNCTION {schema}.require_next_batch();
ALTER TABLE {schema}.log_batches ENABLE ALWAYS TRIGGER log_batches_order;
