/**
 * What people see of assets, and what models say, in the database; and the schema `fettle_views`, the contract for
 * dashboards and other readers: plain names, one row a thing, times with a time zone. Tables may change below it.
 */
export const sql = `
-- Rewritten with the states; see there for the fill factor.
CREATE TABLE fettle.asset_status (
  asset_id text COLLATE "C" PRIMARY KEY,
  health text NOT NULL,
  state_time double precision,
  first_state_time double precision,
  last_received_at double precision,
  in_maintenance boolean NOT NULL,
  components jsonb NOT NULL,
  updated_at double precision NOT NULL
) WITH (fillfactor = 50);
COMMENT ON COLUMN fettle.asset_status.first_state_time IS 'state_time of the first save';

CREATE TABLE fettle.model_catalogue (
  model_id text COLLATE "C" PRIMARY KEY,
  entry jsonb NOT NULL
);

CREATE SCHEMA IF NOT EXISTS fettle_views;

CREATE FUNCTION fettle.instant(ms double precision) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS 'SELECT to_timestamp(ms / 1000)';
CREATE FUNCTION fettle.severity_rank(severity text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT array_position(ARRAY['info', 'warning', 'critical'], severity) $$;

CREATE VIEW fettle_views.metrics AS
SELECT c.model_id AS model, m.id AS metric, coalesce(m.name ->> 'en', m.id) AS metric_name,
  coalesce(m.name ->> 'zh', m.id) AS metric_name_zh, m.kind, coalesce(m.unit, '') AS unit,
  (m.range ->> 0)::double precision AS range_low, (m.range ->> 1)::double precision AS range_high, m.codes,
  m.position::integer AS position
FROM fettle.model_catalogue AS c
CROSS JOIN LATERAL ROWS FROM (
  jsonb_to_recordset(c.entry -> 'metrics') AS (id text, name jsonb, kind text, unit text, range jsonb, codes jsonb)
) WITH ORDINALITY AS m (id, name, kind, unit, range, codes, position);
COMMENT ON VIEW fettle_views.metrics IS 'What each model measures, in the order of the model.';

CREATE VIEW fettle_views.thresholds AS
SELECT c.model_id AS model, l."metricId" AS metric, l."componentId" AS component, l."ruleId" AS rule, l.severity,
  fettle.severity_rank(l.severity) AS severity_rank, l.direction, l.limit
FROM fettle.model_catalogue AS c
CROSS JOIN LATERAL jsonb_to_recordset(c.entry -> 'limits') AS l (
  "metricId" text, "componentId" text, "ruleId" text, severity text, direction text, "limit" double precision
);
COMMENT ON VIEW fettle_views.thresholds IS 'Limits that the rules of each model draw on its metrics, in the unit of the metric.';

CREATE VIEW fettle_views.model_components AS
SELECT c.model_id AS model, p.id AS component, p.name ->> 'en' AS component_name, p.name ->> 'zh' AS component_name_zh,
  p.part ->> 'number' AS part_number, (p.part ->> 'leadTime')::double precision / 86400000 AS part_lead_days,
  p.position::integer AS position
FROM fettle.model_catalogue AS c
CROSS JOIN LATERAL ROWS FROM (
  jsonb_to_recordset(c.entry -> 'components') AS (id text, name jsonb, part jsonb)
) WITH ORDINALITY AS p (id, name, part, position);
COMMENT ON VIEW fettle_views.model_components IS 'Components of each model, the asset as a whole last.';

CREATE VIEW fettle_views.failure_modes AS
SELECT c.model_id AS model, f."componentId" AS component, f.id AS failure_mode, f.name ->> 'en' AS failure_mode_name,
  f.name ->> 'zh' AS failure_mode_name_zh
FROM fettle.model_catalogue AS c
CROSS JOIN LATERAL jsonb_to_recordset(c.entry -> 'failureModes') AS f ("componentId" text, id text, name jsonb);
COMMENT ON VIEW fettle_views.failure_modes IS 'How components of each model fail.';

CREATE VIEW fettle_views.assets AS
SELECT a.id AS asset, coalesce(a.name, a.id) AS asset_name, a.model_id AS model,
  coalesce(c.entry #>> '{name,en}', a.model_id) AS model_name,
  coalesce(c.entry #>> '{name,zh}', a.model_id) AS model_name_zh,
  a.site_id AS site, a.customer_id AS customer, a.tier, a.batch, a.serial, a.criticality,
  fettle.instant(a.commissioned_at) AS commissioned_at, a.contract ->> 'kind' AS contract,
  fettle.instant((a.contract ->> 'until')::double precision) AS contract_until,
  coalesce(s.health, 'unknown') AS health,
  coalesce(array_position(ARRAY['good', 'watch', 'warning', 'critical'], s.health) - 1, -1) AS health_rank,
  fettle.instant(s.state_time) AS state_time, fettle.instant(s.last_received_at) AS last_heard_at,
  coalesce(s.in_maintenance, false) AS in_maintenance, fettle.instant(s.updated_at) AS updated_at
FROM fettle.assets AS a
LEFT JOIN fettle.asset_status AS s ON s.asset_id = a.id
LEFT JOIN fettle.model_catalogue AS c ON c.model_id = a.model_id;
COMMENT ON VIEW fettle_views.assets IS 'Each asset with its health as of state_time. health_rank: 0 good, 1 watch, 2 warning, 3 critical, -1 unknown.';

CREATE VIEW fettle_views.components AS
SELECT a.asset, a.asset_name, a.site, a.model, a.customer, p."componentId" AS component,
  coalesce(m.component_name, p."componentId") AS component_name,
  coalesce(m.component_name_zh, p."componentId") AS component_name_zh, m.part_number, m.part_lead_days,
  p.health, coalesce(array_position(ARRAY['good', 'watch', 'warning', 'critical'], p.health) - 1, -1) AS health_rank,
  p.life IS NOT NULL AS has_life, p.wear, p.used, p.life, p.unit,
  p.forecast IS NOT NULL AS has_forecast,
  fettle.instant((p.forecast ->> 'p10')::double precision) AS end_of_life_early,
  fettle.instant((p.forecast ->> 'p50')::double precision) AS end_of_life,
  fettle.instant((p.forecast ->> 'p90')::double precision) AS end_of_life_late,
  fettle.instant((p.forecast ->> 'p10')::double precision) - make_interval(secs => coalesce(m.part_lead_days, 0) * 86400)
    AS order_by,
  a.state_time, m.position
FROM fettle_views.assets AS a
JOIN fettle.asset_status AS s ON s.asset_id = a.asset
CROSS JOIN LATERAL jsonb_to_recordset(s.components) AS p (
  "componentId" text, health text, wear double precision, used double precision, life double precision, unit text,
  forecast jsonb
)
LEFT JOIN fettle_views.model_components AS m ON m.model = a.model AND m.component = p."componentId";
COMMENT ON VIEW fettle_views.components IS 'Each component with health, share of life used (wear: 1 is end of life, null unknown) and the forecast of its end of life: early, middle and late date (10, 50 and 90 %), null when beyond the horizon. order_by: the early date less the lead time of its part.';

CREATE VIEW fettle_views.tickets AS
SELECT t.number, t.id, t.asset_id AS asset, coalesce(a.name, t.asset_id) AS asset_name, t.site_id AS site,
  a.model_id AS model, t.customer_id AS customer, t.component_id AS component,
  coalesce(m.component_name, t.component_id) AS component_name, t.failure_mode_id AS failure_mode, t.rule_id AS rule,
  t.origin, t.status, t.status NOT IN ('closed', 'cancelled') AS ongoing, t.mode, t.severity,
  fettle.severity_rank(t.severity) AS severity_rank, t.priority, t.title ->> 'en' AS title, t.title ->> 'zh' AS title_zh,
  t.summary ->> 'en' AS summary, t.summary ->> 'zh' AS summary_zh, fettle.instant(t.episode_start) AS started_at,
  fettle.instant(t.opened_at) AS opened_at, fettle.instant(t.updated_at) AS updated_at,
  fettle.instant(t.closed_at) AS closed_at, t.closing ->> 'outcome' AS outcome, fettle.instant(t.do_by) AS do_by,
  fettle.instant((t.forecast ->> 'p50')::double precision) AS expected_at, t.part ->> 'number' AS part_number,
  t.external_id, t.external_url
FROM fettle.tickets AS t
LEFT JOIN fettle.assets AS a ON a.id = t.asset_id
LEFT JOIN fettle_views.model_components AS m ON m.model = a.model_id AND m.component = t.component_id;
COMMENT ON VIEW fettle_views.tickets IS 'Tickets; ongoing ones are neither closed nor cancelled.';

CREATE VIEW fettle_views.ticket_history AS
SELECT e.ticket_id AS id, t.number, t.asset_id AS asset, t.site_id AS site, fettle.instant(e.at) AS at, e.by, e.kind, e.text,
  e."from" AS from_status, e."to" AS to_status
FROM fettle.ticket_entries AS e JOIN fettle.tickets AS t ON t.id = e.ticket_id;
COMMENT ON VIEW fettle_views.ticket_history IS 'What happened to each ticket.';

-- Readers ask for what was found in a span of time.
CREATE INDEX findings_by_instant ON fettle.findings (fettle.instant(time));

CREATE VIEW fettle_views.findings AS
SELECT f.id, f.asset_id AS asset, coalesce(a.name, f.asset_id) AS asset_name, a.site_id AS site, a.model_id AS model,
  f.component_id AS component, coalesce(m.component_name, f.component_id) AS component_name,
  f.failure_mode_id AS failure_mode, coalesce(n.failure_mode_name, f.failure_mode_id) AS failure_mode_name,
  f.rule_id AS rule, f.change, f.severity, fettle.severity_rank(f.severity) AS severity_rank,
  fettle.instant(f.time) AS time, fettle.instant(f.start) AS started_at, fettle.instant(f.recorded_at) AS recorded_at,
  f.retracted_at IS NOT NULL AS retracted, coalesce(f.dormant, '') AS dormant, f.evidence ->> 'kind' AS evidence,
  f.evidence ->> 'metricId' AS metric, (f.evidence ->> 'value')::double precision AS value,
  (f.evidence ->> 'limit')::double precision AS "limit", (f.evidence ->> 'wear')::double precision AS wear,
  f.evidence ->> 'unit' AS unit, fettle.instant((f.forecast ->> 'p50')::double precision) AS expected_at,
  t.number AS ticket
FROM fettle.findings AS f
LEFT JOIN fettle.assets AS a ON a.id = f.asset_id
LEFT JOIN fettle.tickets AS t ON t.id = f.ticket_id
LEFT JOIN fettle_views.model_components AS m ON m.model = a.model_id AND m.component = f.component_id
LEFT JOIN fettle_views.failure_modes AS n
  ON n.model = a.model_id AND n.component = f.component_id AND n.failure_mode = f.failure_mode_id;
COMMENT ON VIEW fettle_views.findings IS 'Statements of rules, in event time. Retracted: a refold took it back.';

CREATE VIEW fettle.severity_spans AS
SELECT f.asset_id, f.component_id, f.failure_mode_id, f.rule_id, f.start, f.severity,
  fettle.severity_rank(f.severity) AS rank, f.evidence ->> 'kind' AS evidence, f.time AS from_ms, ended.to_ms
FROM fettle.findings AS f
JOIN fettle.assets AS a ON a.id = f.asset_id
JOIN fettle.model_catalogue AS c ON c.model_id = a.model_id AND c.entry -> 'rules' ? f.rule_id
CROSS JOIN LATERAL (
  SELECT min(later.time) AS to_ms FROM fettle.findings AS later
  WHERE later.asset_id = f.asset_id AND later.rule_id = f.rule_id AND later.start = f.start AND later.time >= f.time
    AND later.change IN ('cleared', 'reset') AND later.retracted_at IS NULL
) AS ended
WHERE f.change IN ('raised', 'escalated') AND f.retracted_at IS NULL;
COMMENT ON VIEW fettle.severity_spans IS 'From when to when each severity of each episode held, by the rules that the model still has.';

CREATE VIEW fettle_views.episodes AS
SELECT s.asset_id AS asset, coalesce(a.name, s.asset_id) AS asset_name, a.site_id AS site, a.model_id AS model,
  s.component_id AS component, coalesce(m.component_name, s.component_id) AS component_name,
  s.failure_mode_id AS failure_mode, coalesce(n.failure_mode_name, s.failure_mode_id) AS failure_mode_name,
  s.rule_id AS rule, (array_agg(s.severity ORDER BY s.rank DESC))[1] AS severity, max(s.rank) AS severity_rank,
  min(s.evidence) AS evidence, fettle.instant(s.start) AS started_at, fettle.instant(min(s.from_ms)) AS raised_at,
  fettle.instant(max(s.from_ms)) AS worse_at,
  CASE WHEN bool_and(s.to_ms IS NOT NULL) THEN fettle.instant(max(s.to_ms)) END AS ended_at
FROM fettle.severity_spans AS s
JOIN fettle.assets AS a ON a.id = s.asset_id
LEFT JOIN fettle_views.model_components AS m ON m.model = a.model_id AND m.component = s.component_id
LEFT JOIN fettle_views.failure_modes AS n
  ON n.model = a.model_id AND n.component = s.component_id AND n.failure_mode = s.failure_mode_id
GROUP BY s.asset_id, a.name, a.site_id, a.model_id, s.component_id, m.component_name, s.failure_mode_id,
  n.failure_mode_name, s.rule_id, s.start;
COMMENT ON VIEW fettle_views.episodes IS 'Each condition that a rule stated, from when it began (started_at) over when it was stated (raised_at) and last became more severe (worse_at) to when it cleared (ended_at, null while it lasts).';

CREATE VIEW fettle_views.health_periods AS
WITH heard AS (
  SELECT s.asset_id, least(
    s.first_state_time,
    (SELECT min(f.start) FROM fettle.findings AS f WHERE f.asset_id = s.asset_id),
    (SELECT min(u.day) + 86400000 FROM fettle.usage_entries AS u WHERE u.asset_id = s.asset_id)
  ) AS from_ms
  FROM fettle.asset_status AS s WHERE s.state_time IS NOT NULL
), moments AS (
  SELECT asset_id, from_ms AS at_ms FROM heard
  UNION SELECT asset_id, from_ms FROM fettle.severity_spans
  UNION SELECT asset_id, to_ms FROM fettle.severity_spans WHERE to_ms IS NOT NULL
), ranked AS (
  SELECT m.asset_id, m.at_ms, coalesce(max(s.rank), 0) AS rank
  FROM moments AS m
  LEFT JOIN fettle.severity_spans AS s
    ON s.asset_id = m.asset_id AND s.from_ms <= m.at_ms AND (s.to_ms IS NULL OR s.to_ms > m.at_ms)
  GROUP BY m.asset_id, m.at_ms
), changes AS (
  SELECT asset_id, at_ms, rank, lag(rank) OVER (PARTITION BY asset_id ORDER BY at_ms) AS before FROM ranked
)
SELECT c.asset_id AS asset, coalesce(a.name, c.asset_id) AS asset_name, a.site_id AS site, a.model_id AS model,
  (ARRAY['good', 'watch', 'warning', 'critical'])[c.rank + 1] AS health, c.rank AS health_rank,
  fettle.instant(c.at_ms) AS from_at,
  fettle.instant(lead(c.at_ms) OVER (PARTITION BY c.asset_id ORDER BY c.at_ms)) AS to_at
FROM changes AS c JOIN fettle.assets AS a ON a.id = c.asset_id
WHERE c.before IS DISTINCT FROM c.rank;
COMMENT ON VIEW fettle_views.health_periods IS 'Health of each asset over event time, from when it was first heard; to_at is null for the present. Follows from the findings, so a refold corrects it.';

CREATE VIEW fettle_views.events AS
SELECT e.id, e.asset_id AS asset, coalesce(a.name, e.asset_id) AS asset_name, a.site_id AS site, e.event ->> 'type' AS type,
  e.event ->> 'componentId' AS component, coalesce(m.component_name, e.event ->> 'componentId') AS component_name,
  fettle.instant(e.at) AS at, fettle.instant((e.event ->> 'until')::double precision) AS until, e.event ->> 'by' AS by,
  e.event ->> 'serial' AS serial, (e.event ->> 'reading')::double precision AS reading, e.event ->> 'note' AS note
FROM fettle.asset_events AS e
LEFT JOIN fettle.assets AS a ON a.id = e.asset_id
LEFT JOIN fettle_views.model_components AS m ON m.model = a.model_id AND m.component = e.event ->> 'componentId';
COMMENT ON VIEW fettle_views.events IS 'What happened to each asset apart from its samples.';

CREATE VIEW fettle_views.usage AS
SELECT u.asset_id AS asset, a.site_id AS site, a.model_id AS model, u.component_id AS component,
  coalesce(m.component_name, u.component_id) AS component_name, u.rule_id AS rule, fettle.instant(u.day) AS day, u.unit,
  u.used, u.adjusted, u.reading
FROM fettle.usage_entries AS u
LEFT JOIN fettle.assets AS a ON a.id = u.asset_id
LEFT JOIN fettle_views.model_components AS m ON m.model = a.model_id AND m.component = u.component_id;
COMMENT ON VIEW fettle_views.usage IS 'Usage by UTC day; adjusted was taken out as implausible.';

CREATE VIEW fettle_views.dead_letters AS
SELECT id, fettle.instant(at) AS at, source_id AS source, topic, reason, detail, asset_id AS asset, metric, payload_bytes
FROM fettle.dead_letters;
COMMENT ON VIEW fettle_views.dead_letters IS 'Messages and values that could not be taken, without their payload.';

CREATE VIEW fettle_views.deliveries AS
SELECT o.id, o.ticket_id, t.number AS ticket, t.asset_id AS asset, o.event, o.status, o.attempts, o.last_error,
  fettle.instant(o.created_at) AS created_at, fettle.instant(o.delivered_at) AS delivered_at
FROM fettle.outbox AS o LEFT JOIN fettle.tickets AS t ON t.id = o.ticket_id;
COMMENT ON VIEW fettle_views.deliveries IS 'What was or is to be told to the service desk.';
`;
