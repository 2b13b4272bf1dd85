/** A recurrence that was cancelled came to nothing: it takes no fix back. */
export const sql = `
CREATE OR REPLACE VIEW fettle.ticket_measures AS
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
  (SELECT min(r.opened_at) FROM fettle.tickets AS r WHERE r.recurrence_of = t.id AND r.status <> 'cancelled') AS recurred_at,
  CASE WHEN t.status = 'proposed' THEN 'release'
    WHEN t.status IN ('resolved', 'awaiting-outcome') THEN 'outcome'
    WHEN t.status = 'deferred' THEN 'deferral'
    WHEN t.waiting IS NOT NULL AND t.status NOT IN ('closed', 'cancelled') THEN 'customer'
    WHEN t.status = 'open' THEN 'acknowledgement'
    WHEN t.status = 'acknowledged' THEN 'scheduling'
    WHEN t.status = 'scheduled' THEN 'visit'
    WHEN t.status = 'in-progress' THEN 'work' END AS waits_for
FROM fettle.tickets AS t LEFT JOIN fettle.assets AS a ON a.id = t.asset_id;
`;
