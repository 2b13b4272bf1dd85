/**
 * Ids are compared byte by byte (`COLLATE "C"`), so that lists come in the same order on every server. Times are
 * milliseconds since the epoch as `double precision`, which holds the domain's microseconds exactly.
 */
export const sql = `
CREATE TABLE fettle.assets (
  id text COLLATE "C" PRIMARY KEY,
  name text,
  model_id text COLLATE "C" NOT NULL,
  site_id text COLLATE "C" NOT NULL,
  customer_id text COLLATE "C",
  tier text NOT NULL,
  batch text,
  serial text,
  criticality text NOT NULL,
  commissioned_at double precision,
  contract jsonb,
  registered_by text NOT NULL,
  components jsonb NOT NULL,
  search_text text NOT NULL
);
COMMENT ON COLUMN fettle.assets.search_text IS 'id, name and serial in lower case, one a line';
CREATE INDEX assets_by_site ON fettle.assets (site_id, id);
CREATE INDEX assets_by_model ON fettle.assets (model_id, id);
CREATE INDEX assets_by_customer ON fettle.assets (customer_id, id);

CREATE TABLE fettle.device_bindings (
  device_id text COLLATE "C" NOT NULL,
  asset_id text COLLATE "C" NOT NULL,
  valid_from double precision NOT NULL,
  valid_to double precision,
  PRIMARY KEY (device_id, valid_from)
);
CREATE UNIQUE INDEX device_bindings_open ON fettle.device_bindings (device_id) WHERE valid_to IS NULL;

CREATE TABLE fettle.asset_events (
  id text COLLATE "C" PRIMARY KEY,
  asset_id text COLLATE "C" NOT NULL,
  at double precision NOT NULL,
  event jsonb NOT NULL
);
CREATE INDEX asset_events_by_asset ON fettle.asset_events (asset_id, at, id);

CREATE TABLE fettle.deaf_intervals (
  started_at double precision PRIMARY KEY,
  ended_at double precision
);

-- Rewritten every few seconds: room on each page lets an update stay on it, which frees the space without a vacuum.
CREATE TABLE fettle.states (
  asset_id text COLLATE "C" PRIMARY KEY,
  time double precision NOT NULL,
  state text NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE fettle.state_snapshots (
  asset_id text COLLATE "C" NOT NULL,
  time double precision NOT NULL,
  state text NOT NULL,
  PRIMARY KEY (asset_id, time)
);

-- One sequence for all notes: a note made anew never has a revision that an earlier one had.
CREATE SEQUENCE fettle.refold_revisions;
CREATE TABLE fettle.refold_notes (
  asset_id text COLLATE "C" PRIMARY KEY,
  earliest double precision NOT NULL,
  revision double precision NOT NULL DEFAULT nextval('fettle.refold_revisions')
);

CREATE TABLE fettle.usage_entries (
  asset_id text COLLATE "C" NOT NULL,
  rule_id text COLLATE "C" NOT NULL,
  component_id text COLLATE "C" NOT NULL,
  day double precision NOT NULL,
  unit text NOT NULL,
  used double precision NOT NULL,
  adjusted double precision NOT NULL,
  reading double precision,
  PRIMARY KEY (asset_id, rule_id, day)
);
CREATE INDEX usage_entries_by_day ON fettle.usage_entries (asset_id, day);

CREATE TABLE fettle.tickets (
  id text COLLATE "C" PRIMARY KEY,
  number integer GENERATED ALWAYS AS IDENTITY UNIQUE,
  origin text NOT NULL,
  status text NOT NULL,
  asset_id text COLLATE "C" NOT NULL,
  site_id text COLLATE "C" NOT NULL,
  customer_id text COLLATE "C",
  component_id text COLLATE "C" NOT NULL,
  failure_mode_id text COLLATE "C" NOT NULL,
  episode_key text COLLATE "C" NOT NULL UNIQUE,
  episode_start double precision NOT NULL,
  rule_id text COLLATE "C",
  rule_version text,
  mode text NOT NULL,
  severity text NOT NULL,
  priority text COLLATE "C" NOT NULL,
  title jsonb NOT NULL,
  summary jsonb NOT NULL,
  "window" jsonb,
  evidence jsonb,
  forecast jsonb,
  do_by double precision,
  part jsonb,
  contract jsonb,
  chart text,
  opened_at double precision NOT NULL,
  updated_at double precision NOT NULL,
  closing jsonb,
  closed_at double precision,
  external_id text,
  external_url text,
  version integer NOT NULL DEFAULT 1
);
-- One developing fault, one ticket: this index is the guarantee.
CREATE UNIQUE INDEX tickets_ongoing ON fettle.tickets (asset_id, component_id, failure_mode_id)
  WHERE status NOT IN ('closed', 'cancelled');
CREATE INDEX tickets_by_opened ON fettle.tickets (opened_at, id);
CREATE INDEX tickets_by_updated ON fettle.tickets (updated_at, id);
CREATE INDEX tickets_by_priority ON fettle.tickets (priority, id);
CREATE INDEX tickets_by_do_by ON fettle.tickets (coalesce(do_by, 'Infinity'::double precision), id);
CREATE INDEX tickets_by_status ON fettle.tickets (status, opened_at, id);
CREATE INDEX tickets_by_asset ON fettle.tickets (asset_id, opened_at, id);
CREATE INDEX tickets_by_site ON fettle.tickets (site_id, opened_at, id);
CREATE INDEX tickets_by_customer ON fettle.tickets (customer_id, opened_at, id);
CREATE INDEX tickets_by_component ON fettle.tickets (component_id, failure_mode_id, opened_at, id);
CREATE INDEX tickets_by_failure_mode ON fettle.tickets (failure_mode_id, opened_at, id);
CREATE INDEX tickets_by_rule ON fettle.tickets (rule_id, opened_at, id);

CREATE TABLE fettle.ticket_entries (
  id text COLLATE "C" PRIMARY KEY,
  ticket_id text COLLATE "C" NOT NULL REFERENCES fettle.tickets (id),
  at double precision NOT NULL,
  by text NOT NULL,
  kind text NOT NULL,
  text text NOT NULL,
  "from" text,
  "to" text
);
CREATE INDEX ticket_entries_by_ticket ON fettle.ticket_entries (ticket_id, at, id);

CREATE TABLE fettle.findings (
  id text COLLATE "C" PRIMARY KEY,
  recorded_at double precision NOT NULL,
  key text COLLATE "C" NOT NULL UNIQUE,
  asset_id text COLLATE "C" NOT NULL,
  component_id text COLLATE "C" NOT NULL,
  failure_mode_id text COLLATE "C" NOT NULL,
  rule_id text COLLATE "C" NOT NULL,
  rule_version text NOT NULL,
  change text NOT NULL,
  severity text NOT NULL,
  start double precision NOT NULL,
  time double precision NOT NULL,
  "window" jsonb NOT NULL,
  evidence jsonb NOT NULL,
  forecast jsonb,
  dormant text,
  ticket_id text COLLATE "C" REFERENCES fettle.tickets (id),
  retracted_at double precision
);
CREATE INDEX findings_by_statement ON fettle.findings (asset_id, rule_id, start);
CREATE INDEX findings_by_time ON fettle.findings (asset_id, time);
CREATE INDEX findings_by_asset ON fettle.findings (asset_id, id);
CREATE INDEX findings_by_component ON fettle.findings (component_id, id);
CREATE INDEX findings_by_rule ON fettle.findings (rule_id, id);
CREATE INDEX findings_by_ticket ON fettle.findings (ticket_id, id);
CREATE INDEX findings_by_severity ON fettle.findings (severity, id);

CREATE TABLE fettle.outbox (
  id text COLLATE "C" PRIMARY KEY,
  ticket_id text COLLATE "C" NOT NULL REFERENCES fettle.tickets (id),
  event text NOT NULL,
  status text NOT NULL DEFAULT 'pending',
  created_at double precision NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  last_error text,
  delivered_at double precision
);
CREATE INDEX outbox_by_status ON fettle.outbox (status, created_at, id);
CREATE INDEX outbox_by_ticket ON fettle.outbox (ticket_id, created_at, id);
CREATE INDEX outbox_by_created ON fettle.outbox (created_at, id);

CREATE TABLE fettle.dead_letters (
  id text COLLATE "C" PRIMARY KEY,
  at double precision NOT NULL,
  source_id text,
  topic text COLLATE "C" NOT NULL,
  reason text COLLATE "C" NOT NULL,
  detail text NOT NULL,
  asset_id text COLLATE "C",
  metric text,
  payload bytea NOT NULL,
  payload_bytes integer NOT NULL
);
CREATE INDEX dead_letters_by_time ON fettle.dead_letters (at, id);
CREATE INDEX dead_letters_by_reason ON fettle.dead_letters (reason, at, id);
CREATE INDEX dead_letters_by_asset ON fettle.dead_letters (asset_id, at, id);
-- Topics may be longer than an entry of a B-tree.
CREATE INDEX dead_letters_by_topic ON fettle.dead_letters USING hash (topic);

CREATE TABLE fettle.api_keys (
  name text COLLATE "C" PRIMARY KEY,
  id text NOT NULL,
  role text NOT NULL,
  hash text NOT NULL UNIQUE,
  created_at double precision NOT NULL
);

CREATE TABLE fettle.settings (
  name text COLLATE "C" PRIMARY KEY,
  value jsonb NOT NULL
);
`;
