/** What really happened: failures, with or without a ticket, what each prediction came to, and what customers thought. */
export const sql = `
CREATE TABLE fettle.failures (
  id text COLLATE "C" PRIMARY KEY,
  asset_id text COLLATE "C" NOT NULL,
  component_id text COLLATE "C" NOT NULL,
  failure_mode_id text COLLATE "C",
  at double precision NOT NULL,
  detected_by text NOT NULL,
  impact text NOT NULL,
  downtime_minutes double precision,
  note text,
  ticket_id text COLLATE "C" REFERENCES fettle.tickets (id),
  source text NOT NULL,
  external_key text COLLATE "C" UNIQUE,
  recorded_at double precision NOT NULL,
  recorded_by text NOT NULL
);
CREATE INDEX failures_by_time ON fettle.failures (at, id);
CREATE INDEX failures_by_asset ON fettle.failures (asset_id, component_id, at, id);
CREATE INDEX failures_by_component ON fettle.failures (component_id, failure_mode_id, at, id);
CREATE INDEX failures_by_ticket ON fettle.failures (ticket_id) WHERE ticket_id IS NOT NULL;

CREATE TABLE fettle.failure_changes (
  id text COLLATE "C" PRIMARY KEY,
  failure_id text COLLATE "C" NOT NULL,
  external_key text COLLATE "C",
  at double precision NOT NULL,
  by text NOT NULL,
  before jsonb NOT NULL,
  after jsonb,
  reason text NOT NULL
);
CREATE INDEX failure_changes_by_failure ON fettle.failure_changes (failure_id, id);
CREATE INDEX failure_changes_by_key ON fettle.failure_changes (external_key) WHERE external_key IS NOT NULL AND after IS NULL;

CREATE TABLE fettle.scores (
  id text COLLATE "C" PRIMARY KEY,
  ticket_id text COLLATE "C" REFERENCES fettle.tickets (id),
  failure_id text COLLATE "C",
  asset_id text COLLATE "C" NOT NULL,
  component_id text COLLATE "C" NOT NULL,
  failure_mode_id text COLLATE "C",
  rule_id text COLLATE "C",
  rule_version text,
  at double precision NOT NULL,
  score text NOT NULL,
  warning_ms double precision,
  life_lost double precision,
  reason jsonb NOT NULL,
  scored_at double precision NOT NULL,
  review_at double precision
);
CREATE INDEX scores_by_time ON fettle.scores (at, id);
CREATE INDEX scores_by_asset ON fettle.scores (asset_id, component_id, at, id);
CREATE INDEX scores_by_rule ON fettle.scores (rule_id, at, id);
CREATE UNIQUE INDEX scores_by_ticket ON fettle.scores (ticket_id) WHERE ticket_id IS NOT NULL;
CREATE INDEX scores_to_review ON fettle.scores (review_at, id) WHERE review_at IS NOT NULL;

CREATE TABLE fettle.ratings (
  ticket_id text COLLATE "C" PRIMARY KEY REFERENCES fettle.tickets (id),
  score integer NOT NULL CHECK (score BETWEEN 1 AND 5),
  comment text,
  at double precision NOT NULL,
  task_id text COLLATE "C" REFERENCES fettle.tickets (id)
);
CREATE INDEX ratings_by_time ON fettle.ratings (at, ticket_id);
`;
