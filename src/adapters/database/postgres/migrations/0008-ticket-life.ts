/**
 * The life of a ticket: who is to do it, when, what put it off, when it came to what is measured, and what else changed
 * with each line of its history. Earlier tickets get what their history tells.
 */
export const sql = `
ALTER TABLE fettle.tickets
  ADD COLUMN kind text,
  ADD COLUMN team text COLLATE "C",
  ADD COLUMN person text COLLATE "C",
  ADD COLUMN scheduled_for double precision,
  ADD COLUMN deferral jsonb,
  ADD COLUMN acknowledged_at double precision,
  ADD COLUMN started_at double precision,
  ADD COLUMN resolved_at double precision,
  ADD COLUMN reopened integer NOT NULL DEFAULT 0,
  ADD COLUMN reopened_at double precision,
  ADD COLUMN recurrence_of text COLLATE "C" REFERENCES fettle.tickets (id);
ALTER TABLE fettle.ticket_entries ADD COLUMN changes jsonb;

UPDATE fettle.tickets AS t SET
  kind = CASE
    WHEN evidence ->> 'kind' IN ('usage', 'calendar', 'installation-unknown') OR forecast IS NOT NULL THEN 'planned'
    ELSE 'reactive'
  END,
  acknowledged_at = (
    SELECT min(e.at) FROM fettle.ticket_entries AS e
    WHERE e.ticket_id = t.id AND e."to" NOT IN ('open', 'cancelled') AND e.by <> 'fettle'
  ),
  started_at = (SELECT min(e.at) FROM fettle.ticket_entries AS e WHERE e.ticket_id = t.id AND e."to" = 'in-progress'),
  resolved_at = CASE WHEN status IN ('resolved', 'closed') THEN coalesce(
    (SELECT max(e.at) FROM fettle.ticket_entries AS e WHERE e.ticket_id = t.id AND e."to" = 'resolved'), closed_at
  ) END;
ALTER TABLE fettle.tickets ALTER COLUMN kind SET NOT NULL;

CREATE INDEX tickets_by_team ON fettle.tickets (team, opened_at, id);
CREATE INDEX tickets_by_person ON fettle.tickets (person, opened_at, id);
CREATE INDEX tickets_by_recurrence ON fettle.tickets (recurrence_of, opened_at, id);

CREATE OR REPLACE VIEW fettle_views.tickets AS
SELECT t.number, t.id, t.asset_id AS asset, coalesce(a.name, t.asset_id) AS asset_name, t.site_id AS site,
  a.model_id AS model, t.customer_id AS customer, t.component_id AS component,
  coalesce(m.component_name, t.component_id) AS component_name, t.failure_mode_id AS failure_mode, t.rule_id AS rule,
  t.origin, t.status, t.status NOT IN ('closed', 'cancelled') AS ongoing, t.mode, t.severity,
  fettle.severity_rank(t.severity) AS severity_rank, t.priority, t.title ->> 'en' AS title, t.title ->> 'zh' AS title_zh,
  t.summary ->> 'en' AS summary, t.summary ->> 'zh' AS summary_zh, fettle.instant(t.episode_start) AS started_at,
  fettle.instant(t.opened_at) AS opened_at, fettle.instant(t.updated_at) AS updated_at,
  fettle.instant(t.closed_at) AS closed_at, t.closing ->> 'outcome' AS outcome, fettle.instant(t.do_by) AS do_by,
  fettle.instant((t.forecast ->> 'p50')::double precision) AS expected_at, t.part ->> 'number' AS part_number,
  t.external_id, t.external_url, t.kind, t.team, t.person, fettle.instant(t.scheduled_for) AS scheduled_for,
  fettle.instant((t.deferral ->> 'until')::double precision) AS deferred_until, t.deferral ->> 'reason' AS deferral_reason,
  fettle.instant(t.acknowledged_at) AS acknowledged_at, fettle.instant(t.started_at) AS work_started_at,
  fettle.instant(t.resolved_at) AS resolved_at, t.reopened, fettle.instant(t.reopened_at) AS reopened_at,
  t.recurrence_of, t.status NOT IN ('resolved', 'awaiting-outcome', 'closed', 'cancelled') AS to_do
FROM fettle.tickets AS t
LEFT JOIN fettle.assets AS a ON a.id = t.asset_id
LEFT JOIN fettle_views.model_components AS m ON m.model = a.model_id AND m.component = t.component_id;
COMMENT ON VIEW fettle_views.tickets IS 'Tickets; ongoing ones are neither closed nor cancelled. started_at is when the fault began, work_started_at when work on it did. to_do: somebody has still to do something about it.';

CREATE OR REPLACE VIEW fettle_views.ticket_history AS
SELECT e.ticket_id AS id, t.number, t.asset_id AS asset, t.site_id AS site, fettle.instant(e.at) AS at, e.by, e.kind, e.text,
  e."from" AS from_status, e."to" AS to_status, e.changes
FROM fettle.ticket_entries AS e JOIN fettle.tickets AS t ON t.id = e.ticket_id;
COMMENT ON VIEW fettle_views.ticket_history IS 'What happened to each ticket; changes are the fields that changed with it, from and to as text.';
`;
