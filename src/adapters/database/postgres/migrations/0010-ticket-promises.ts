/** What was promised of a ticket and whether it was kept, and what time brings about for it. */
export const sql = `
ALTER TABLE fettle.tickets
  ADD COLUMN waiting jsonb,
  ADD COLUMN least_priority text,
  ADD COLUMN sla jsonb,
  ADD COLUMN respond_by double precision,
  ADD COLUMN solve_by double precision,
  ADD COLUMN response_breached_at double precision,
  ADD COLUMN solution_breached_at double precision;
CREATE INDEX tickets_to_respond ON fettle.tickets (respond_by) WHERE acknowledged_at IS NULL AND respond_by IS NOT NULL;
CREATE INDEX tickets_to_solve ON fettle.tickets (solve_by) WHERE resolved_at IS NULL AND solve_by IS NOT NULL;

CREATE TABLE fettle.timers (
  id text COLLATE "C" PRIMARY KEY,
  ticket_id text COLLATE "C" NOT NULL REFERENCES fettle.tickets (id),
  kind text NOT NULL,
  due_at double precision NOT NULL,
  fired_at double precision,
  UNIQUE (ticket_id, kind)
);
CREATE INDEX timers_waiting ON fettle.timers (due_at, id) WHERE fired_at IS NULL;

CREATE VIEW fettle_views.ticket_promises AS
SELECT t.id, t.number, t.asset_id AS asset, t.site_id AS site, t.customer_id AS customer, t.kind, t.priority, t.team, t.status,
  fettle.instant((t.sla ->> 'from')::double precision) AS promised_at,
  fettle.instant(t.respond_by) AS respond_by, fettle.instant(t.acknowledged_at) AS responded_at,
  fettle.instant(t.response_breached_at) AS response_breached_at,
  fettle.instant(t.solve_by) AS solve_by, fettle.instant(t.resolved_at) AS solved_at,
  fettle.instant(t.solution_breached_at) AS solution_breached_at,
  fettle.instant((t.waiting ->> 'since')::double precision) AS waiting_since, t.waiting ->> 'reason' AS waiting_for
FROM fettle.tickets AS t WHERE t.sla IS NOT NULL;
COMMENT ON VIEW fettle_views.ticket_promises IS 'Until when each ticket was to be responded to and solved, and whether it was. Without a deadline while it waits for the customer.';
`;
