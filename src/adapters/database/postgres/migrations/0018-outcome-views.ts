/** What dashboards read of failures, scores and ratings; and more of what they had. */
export const sql = `
CREATE VIEW fettle_views.failures AS
SELECT f.id, f.asset_id AS asset, coalesce(a.name, f.asset_id) AS asset_name, a.site_id AS site, a.model_id AS model, a.batch,
  a.customer_id AS customer, f.component_id AS component, coalesce(m.component_name, f.component_id) AS component_name,
  f.failure_mode_id AS failure_mode, fettle.instant(f.at) AS at, f.detected_by, f.impact, t.number AS ticket, t.team, f.source,
  coalesce(f.downtime_minutes * 60, CASE WHEN t.resolved_at >= f.at THEN (t.resolved_at - f.at) / 1000 END) AS restore_seconds,
  f.note
FROM fettle.failures AS f
LEFT JOIN fettle.assets AS a ON a.id = f.asset_id
LEFT JOIN fettle.tickets AS t ON t.id = f.ticket_id
LEFT JOIN fettle_views.model_components AS m ON m.model = a.model_id AND m.component = f.component_id;
COMMENT ON VIEW fettle_views.failures IS 'Failure records. restore_seconds: downtime where it was recorded, else until the ticket was said to be done; null while neither is known.';

CREATE VIEW fettle_views.scores AS
SELECT s.id, s.asset_id AS asset, coalesce(a.name, s.asset_id) AS asset_name, a.site_id AS site, a.model_id AS model, a.batch,
  s.component_id AS component, coalesce(m.component_name, s.component_id) AS component_name,
  s.failure_mode_id AS failure_mode, s.rule_id AS rule, s.rule_version, t.number AS ticket, s.failure_id AS failure,
  fettle.instant(s.at) AS at, s.score, s.warning_ms / 1000 AS warning_seconds, s.life_lost,
  s.score = 'false' AND (t.started_at IS NOT NULL OR (t.closing ->> 'labourMinutes')::double precision > 0) AS wasted_visit,
  s.reason ->> 'en' AS reason, s.reason ->> 'zh' AS reason_zh
FROM fettle.scores AS s
LEFT JOIN fettle.assets AS a ON a.id = s.asset_id
LEFT JOIN fettle.tickets AS t ON t.id = s.ticket_id
LEFT JOIN fettle_views.model_components AS m ON m.model = a.model_id AND m.component = s.component_id;
COMMENT ON VIEW fettle_views.scores IS 'What each prediction came to (hit, early, late, false, unverifiable) and each failure that nothing predicted (missed). at: when the ticket was opened, or the missed failure happened.';

CREATE VIEW fettle_views.ratings AS
SELECT m.number AS ticket, m.id AS ticket_id, m.asset_id AS asset, m.site_id AS site, m.model_id AS model,
  m.customer_id AS customer, m.component_id AS component, m.failure_mode_id AS failure_mode, m.team, m.priority, r.score,
  r.comment, fettle.instant(r.at) AS at, (m.resolved_at - m.asked_at) / 1000 AS resolve_seconds
FROM fettle.ratings AS r JOIN fettle.ticket_measures AS m ON m.id = r.ticket_id;
COMMENT ON VIEW fettle_views.ratings IS 'What customers thought of how a ticket was dealt with, from 1, the worst, to 5.';

CREATE OR REPLACE VIEW fettle_views.ticket_measures AS
SELECT m.number, m.id, m.asset_id AS asset, m.site_id AS site, m.customer_id AS customer, m.model_id AS model, m.batch,
  m.component_id AS component, m.failure_mode_id AS failure_mode, m.rule_id AS rule, m.kind, m.priority, m.team, m.person,
  m.status, m.released, m.ongoing, m.outcome, fettle.instant(m.opened_at) AS opened_at, fettle.instant(m.asked_at) AS asked_at,
  fettle.instant(m.acknowledged_at) AS acknowledged_at, fettle.instant(m.resolved_at) AS resolved_at,
  fettle.instant(m.closed_at) AS closed_at, (m.acknowledged_at - m.asked_at) / 1000 AS acknowledge_seconds,
  (m.resolved_at - m.asked_at) / 1000 AS resolve_seconds, fettle.instant(m.promised_at) AS promised_at, m.response_kept,
  m.solution_kept, m.waits_for, fettle.instant(m.first_closed_at) AS first_closed_at,
  fettle.instant(m.recurred_at) AS recurred_at, m.reopened
FROM fettle.ticket_measures AS m;

CREATE OR REPLACE VIEW fettle_views.components AS
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
  a.state_time, m.position, a.model_name, a.batch
FROM fettle_views.assets AS a
JOIN fettle.asset_status AS s ON s.asset_id = a.asset
CROSS JOIN LATERAL jsonb_to_recordset(s.components) AS p (
  "componentId" text, health text, wear double precision, used double precision, life double precision, unit text,
  forecast jsonb
)
LEFT JOIN fettle_views.model_components AS m ON m.model = a.model AND m.component = p."componentId";

CREATE OR REPLACE FUNCTION fettle_views.ended_by(
  at timestamptz, forecast_at timestamptz, early timestamptz, middle timestamptz, late timestamptz
) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN early IS NULL OR at <= forecast_at THEN 0 ELSE 1 - exp(-exp(least(3.5, greatest(-40,
    CASE WHEN x < b THEN -2.2503673 + 1.8838544 * (x - a) / (b - a) ELSE -0.3665129 + 1.2005453 * (x - b) / (c - b) END
  )))) END
  FROM (
    SELECT x, a, b, greatest(ln(greatest(coalesce(z, 315360000), 60)), b + 1e-6) AS c
    FROM (
      SELECT x, a, greatest(ln(greatest(coalesce(y, 315360000), 60)), a + 1e-6) AS b, z
      FROM (
        SELECT ln(greatest(extract(epoch FROM at - forecast_at)::double precision, 1e-3)) AS x,
          ln(greatest(extract(epoch FROM early - forecast_at)::double precision, 60)) AS a,
          extract(epoch FROM middle - forecast_at)::double precision AS y,
          extract(epoch FROM late - forecast_at)::double precision AS z
      ) AS first
    ) AS second
  ) AS line
$$;
COMMENT ON FUNCTION fettle_views.ended_by IS 'Probability that the end of life comes by a time, from when it was forecast and its early, middle and late date, as in part_needs.';
`;
