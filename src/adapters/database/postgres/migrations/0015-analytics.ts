/**
 * Figures that the API and the dashboards share: views of schema `fettle` in milliseconds, for Fettle itself, which may not
 * read `fettle_views`; the same with times there. `count_quantiles` stands in both, for the same reason.
 */
const countQuantiles = (schema: string) => `
CREATE OR REPLACE FUNCTION ${schema}.count_quantiles(chances double precision[]) RETURNS integer[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  certain integer;
  open double precision[];
  number integer;
  mean double precision;
  deviation double precision;
  most integer;
  masses double precision[];
  reached double precision := 0;
  found integer[] := '{}';
  chance double precision;
BEGIN
  SELECT count(*) FILTER (WHERE p >= 1 - 1e-9), coalesce(array_agg(p) FILTER (WHERE p > 1e-9 AND p < 1 - 1e-9), '{}')
    INTO certain, open FROM unnest(chances) AS p;
  number := cardinality(open);
  SELECT coalesce(sum(p), 0), sqrt(coalesce(sum(p * (1 - p)), 0)) INTO mean, deviation FROM unnest(open) AS p;
  IF number > 400 AND mean > 50 THEN
    RETURN ARRAY(
      SELECT certain + least(number, greatest(0, ceil(mean + z * deviation - 0.5)))::integer
      FROM unnest(ARRAY[-1.2815516, 0, 1.2815516]) AS z
    );
  END IF;
  most := least(number, ceil(mean + 8 * deviation)::integer + 1);
  masses := array_fill(0::double precision, ARRAY[most + 1], ARRAY[0]);
  masses[0] := 1;
  FOREACH chance IN ARRAY open LOOP
    FOR n IN REVERSE most..1 LOOP
      masses[n] := masses[n] * (1 - chance) + masses[n - 1] * chance;
      IF masses[n] < 1e-200 THEN masses[n] := 0; END IF;
    END LOOP;
    masses[0] := masses[0] * (1 - chance);
    IF masses[0] < 1e-200 THEN masses[0] := 0; END IF;
  END LOOP;
  FOR n IN 0..most LOOP
    reached := reached + masses[n];
    WHILE cardinality(found) < 3 AND reached >= (ARRAY[0.1, 0.5, 0.9])[cardinality(found) + 1] - 1e-9 LOOP
      found := found || (certain + n);
    END LOOP;
  END LOOP;
  WHILE cardinality(found) < 3 LOOP found := found || (certain + most); END LOOP;
  RETURN found;
END
$$;
COMMENT ON FUNCTION ${schema}.count_quantiles IS 'P10, P50 and P90 of how many happen of what happens with these probabilities (Poisson binomial; by the normal distribution where there are many).';
`;

export const sql = `
CREATE FUNCTION fettle.share_ended(
  after double precision, p10 double precision, p50 double precision, p90 double precision
) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN p10 IS NULL OR after <= 0 THEN 0 ELSE 1 - exp(-exp(least(3.5, greatest(-40,
    CASE WHEN ln(after) < b THEN -2.2503673 + 1.8838544 * (ln(after) - a) / (b - a)
    ELSE -0.3665129 + 1.2005453 * (ln(after) - b) / (c - b) END
  )))) END
  FROM (
    SELECT a, b, greatest(ln(greatest(coalesce(p90, 315360000000), 60000)), b + 1e-6) AS c
    FROM (
      SELECT a, greatest(ln(greatest(coalesce(p50, 315360000000), 60000)), a + 1e-6) AS b
      FROM (SELECT ln(greatest(p10, 60000)) AS a) AS first
    ) AS second
  ) AS line
$$;
COMMENT ON FUNCTION fettle.share_ended IS 'Probability that the end comes within so many milliseconds after a forecast, from the milliseconds to its P10, P50 and P90 (null: beyond ten years): straight lines between them, and on beyond them, on Weibull paper.';
${countQuantiles('fettle')}${countQuantiles('fettle_views')}
CREATE VIEW fettle.ticket_measures AS
SELECT t.id, t.number, t.asset_id, t.site_id, t.customer_id, a.model_id, a.batch, t.component_id, t.failure_mode_id,
  t.rule_id, t.origin, t.kind, t.priority, t.team, t.person, t.status, t.opened_at, t.acknowledged_at, t.started_at,
  t.resolved_at, t.closed_at, t.closing ->> 'outcome' AS outcome, t.reopened,
  t.status NOT IN ('proposed', 'cancelled') AND t.closing -> 'unreleased' IS NULL AS released,
  t.status NOT IN ('closed', 'cancelled') AS ongoing,
  CASE WHEN t.acknowledged_at IS NULL OR (t.sla ->> 'from')::double precision <= t.acknowledged_at
    THEN coalesce((t.sla ->> 'from')::double precision, t.opened_at) ELSE t.opened_at END AS asked_at,
  coalesce((t.sla ->> 'from')::double precision, t.opened_at) AS promised_at,
  CASE WHEN t.response_breached_at IS NOT NULL THEN false WHEN t.sla IS NULL THEN NULL
    WHEN t.acknowledged_at IS NOT NULL THEN true END AS response_kept,
  t.sla IS NOT NULL AND t.response_breached_at IS NULL AND t.acknowledged_at IS NULL
    AND t.status NOT IN ('closed', 'cancelled') AS response_undecided,
  CASE WHEN t.solution_breached_at IS NOT NULL THEN false
    WHEN t.sla IS NULL OR (t.kind = 'planned' AND t.solve_by IS NULL) THEN NULL
    WHEN t.resolved_at IS NOT NULL AND t.closing ->> 'outcome' IS DISTINCT FROM 'cleared-unconfirmed' THEN true
    END AS solution_kept,
  t.sla IS NOT NULL AND (t.kind = 'reactive' OR t.solve_by IS NOT NULL) AND t.solution_breached_at IS NULL
    AND t.resolved_at IS NULL AND t.status NOT IN ('closed', 'cancelled') AS solution_undecided,
  (SELECT min(c.at) FROM (
    SELECT (f.value ->> 'closedAt')::double precision AS at, f.value #>> '{closing,outcome}' AS outcome
    FROM jsonb_array_elements(coalesce(t.former_closings, '[]')) AS f
    UNION ALL SELECT t.closed_at, t.closing ->> 'outcome' WHERE t.status = 'closed'
  ) AS c WHERE c.outcome <> 'cleared-unconfirmed') AS first_closed_at,
  (SELECT min(r.opened_at) FROM fettle.tickets AS r WHERE r.recurrence_of = t.id) AS recurred_at,
  CASE WHEN t.status = 'proposed' THEN 'release'
    WHEN t.status IN ('resolved', 'awaiting-outcome') THEN 'outcome'
    WHEN t.status = 'deferred' THEN 'deferral'
    WHEN t.waiting IS NOT NULL AND t.status NOT IN ('closed', 'cancelled') THEN 'customer'
    WHEN t.status = 'open' THEN 'acknowledgement'
    WHEN t.status = 'acknowledged' THEN 'scheduling'
    WHEN t.status = 'scheduled' THEN 'visit'
    WHEN t.status = 'in-progress' THEN 'work' END AS waits_for
FROM fettle.tickets AS t LEFT JOIN fettle.assets AS a ON a.id = t.asset_id;

CREATE VIEW fettle_views.ticket_measures AS
SELECT m.number, m.id, m.asset_id AS asset, m.site_id AS site, m.customer_id AS customer, m.model_id AS model, m.batch,
  m.component_id AS component, m.failure_mode_id AS failure_mode, m.rule_id AS rule, m.kind, m.priority, m.team, m.person,
  m.status, m.released, m.ongoing, m.outcome, fettle.instant(m.opened_at) AS opened_at, fettle.instant(m.asked_at) AS asked_at,
  fettle.instant(m.acknowledged_at) AS acknowledged_at, fettle.instant(m.resolved_at) AS resolved_at,
  fettle.instant(m.closed_at) AS closed_at, (m.acknowledged_at - m.asked_at) / 1000 AS acknowledge_seconds,
  (m.resolved_at - m.asked_at) / 1000 AS resolve_seconds, fettle.instant(m.promised_at) AS promised_at, m.response_kept,
  m.solution_kept, m.waits_for
FROM fettle.ticket_measures AS m;
COMMENT ON VIEW fettle_views.ticket_measures IS 'Tickets with what service is measured by. asked_at: opening or release; released: neither proposed nor cancelled; response_kept and solution_kept: null while that is not decided, and where nothing was promised; waits_for: the next step of an ongoing ticket.';

CREATE VIEW fettle.part_needs AS
SELECT a.id AS asset_id, a.site_id, a.customer_id, a.model_id, a.batch, m.id AS component_id,
  coalesce(t.part ->> 'number', m.part ->> 'number') AS part_number, m.part -> 'name' AS part_name,
  coalesce((m.part ->> 'leadTime')::double precision, 0) AS lead_ms, s.state_time,
  p.forecast IS NOT NULL AND s.state_time IS NOT NULL AS has_forecast,
  (p.forecast ->> 'p10')::double precision AS p10, (p.forecast ->> 'p50')::double precision AS p50,
  (p.forecast ->> 'p90')::double precision AS p90, t.number AS ticket, t.due_ms
FROM fettle.assets AS a
JOIN fettle.model_catalogue AS c ON c.model_id = a.model_id
CROSS JOIN LATERAL jsonb_to_recordset(c.entry -> 'components') AS m (id text, part jsonb)
LEFT JOIN fettle.asset_status AS s ON s.asset_id = a.id
LEFT JOIN LATERAL jsonb_to_recordset(s.components) AS p ("componentId" text, forecast jsonb) ON p."componentId" = m.id
LEFT JOIN LATERAL (
  SELECT t.number, t.part, coalesce((t.deferral ->> 'until')::double precision, t.do_by, t.opened_at) AS due_ms
  FROM fettle.tickets AS t
  WHERE t.asset_id = a.id AND t.component_id = m.id AND t.part IS NOT NULL
    AND t.status NOT IN ('resolved', 'awaiting-outcome', 'closed', 'cancelled')
  ORDER BY due_ms, t.number LIMIT 1
) AS t ON true
WHERE m.part IS NOT NULL OR t.part IS NOT NULL;

CREATE VIEW fettle_views.part_needs AS
SELECT n.asset_id AS asset, n.site_id AS site, n.customer_id AS customer, n.model_id AS model, n.batch,
  n.component_id AS component, n.part_number, n.lead_ms / 86400000 AS part_lead_days, n.has_forecast, n.ticket,
  fettle.instant(n.state_time) AS state_time, fettle.instant(n.p10) AS end_of_life_early, fettle.instant(n.p50) AS end_of_life,
  fettle.instant(n.p90) AS end_of_life_late,
  CASE WHEN n.due_ms <= t.now_ms + 30 * 86400000.0 THEN 1 WHEN n.has_forecast THEN fettle.share_ended(
    t.now_ms + 30 * 86400000.0 - n.state_time, n.p10 - n.state_time, n.p50 - n.state_time, n.p90 - n.state_time)
    ELSE 0 END AS needed_in_30_days,
  CASE WHEN n.due_ms <= t.now_ms + 60 * 86400000.0 THEN 1 WHEN n.has_forecast THEN fettle.share_ended(
    t.now_ms + 60 * 86400000.0 - n.state_time, n.p10 - n.state_time, n.p50 - n.state_time, n.p90 - n.state_time)
    ELSE 0 END AS needed_in_60_days,
  CASE WHEN n.due_ms <= t.now_ms + 90 * 86400000.0 THEN 1 WHEN n.has_forecast THEN fettle.share_ended(
    t.now_ms + 90 * 86400000.0 - n.state_time, n.p10 - n.state_time, n.p50 - n.state_time, n.p90 - n.state_time)
    ELSE 0 END AS needed_in_90_days
FROM fettle.part_needs AS n CROSS JOIN (SELECT extract(epoch FROM now())::double precision * 1000 AS now_ms) AS t;
COMMENT ON VIEW fettle_views.part_needs IS 'Components that take a part, each with the probability that it is needed within 30, 60 and 90 days from now: 1 where a ticket asks for it by then. Their sum is the number to expect; fettle_views.count_quantiles(array_agg(...)) gives its P10, P50 and P90.';
`;
