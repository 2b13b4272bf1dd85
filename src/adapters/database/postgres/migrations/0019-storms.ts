/** What is held back, storms and who is part of them, planned shutdowns. */
export const sql = `
ALTER TABLE fettle.assets ADD COLUMN gateway text COLLATE "C";
ALTER TABLE fettle.tickets
  ADD COLUMN parent_id text COLLATE "C" REFERENCES fettle.tickets (id),
  ADD COLUMN storm jsonb;
CREATE INDEX tickets_by_parent ON fettle.tickets (parent_id, opened_at, id) WHERE parent_id IS NOT NULL;

CREATE TABLE fettle.held_findings (
  finding_id text COLLATE "C" PRIMARY KEY REFERENCES fettle.findings (id),
  asset_id text COLLATE "C" NOT NULL,
  rule_id text COLLATE "C" NOT NULL,
  start double precision NOT NULL,
  alike boolean NOT NULL,
  held_at double precision NOT NULL,
  due_at double precision NOT NULL,
  parent_id text COLLATE "C" REFERENCES fettle.tickets (id),
  back_at double precision
);
CREATE INDEX held_findings_by_statement ON fettle.held_findings (asset_id, rule_id, start);

CREATE TABLE fettle.storms (
  ticket_id text COLLATE "C" PRIMARY KEY REFERENCES fettle.tickets (id),
  scope_kind text COLLATE "C" NOT NULL,
  scope_id text COLLATE "C" NOT NULL,
  ended_at double precision
);
-- One storm of a scope, one ticket: this index is the guarantee.
CREATE UNIQUE INDEX storms_ongoing ON fettle.storms (scope_kind, scope_id) WHERE ended_at IS NULL;

CREATE TABLE fettle.storm_members (
  ticket_id text COLLATE "C" NOT NULL REFERENCES fettle.storms (ticket_id),
  finding_id text COLLATE "C" NOT NULL REFERENCES fettle.findings (id),
  asset_id text COLLATE "C" NOT NULL,
  rule_id text COLLATE "C" NOT NULL,
  start double precision NOT NULL,
  joined_at double precision NOT NULL,
  back_at double precision,
  left_at double precision,
  PRIMARY KEY (ticket_id, finding_id)
);
CREATE UNIQUE INDEX storm_members_once ON fettle.storm_members (finding_id) WHERE left_at IS NULL;
CREATE INDEX storm_members_by_statement ON fettle.storm_members (asset_id, rule_id, start) WHERE left_at IS NULL;

CREATE TABLE fettle.site_shutdowns (
  id text COLLATE "C" PRIMARY KEY,
  site_id text COLLATE "C" NOT NULL,
  starts_at double precision NOT NULL,
  ends_at double precision NOT NULL,
  note text,
  by text NOT NULL,
  recorded_at double precision NOT NULL
);
CREATE INDEX site_shutdowns_by_site ON fettle.site_shutdowns (site_id, starts_at, id);
CREATE INDEX asset_events_of_maintenance ON fettle.asset_events (at) WHERE event ->> 'type' = 'maintenance';

CREATE VIEW fettle_views.storm_members AS
SELECT m.ticket_id AS id, t.number, m.asset_id AS asset, f.failure_mode_id AS failure_mode, m.rule_id AS rule,
  fettle.instant(f.start) AS out_since, fettle.instant(m.joined_at) AS joined_at, fettle.instant(m.back_at) AS back_at,
  m.left_at IS NULL AND m.back_at IS NULL AS is_out
FROM fettle.storm_members AS m JOIN fettle.findings AS f ON f.id = m.finding_id
JOIN fettle.tickets AS t ON t.id = m.ticket_id;
COMMENT ON VIEW fettle_views.storm_members IS 'The assets of each storm: since when they were out, and when they came back.';
`;
