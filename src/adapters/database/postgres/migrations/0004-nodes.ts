/**
 * Several nodes on one database: who they are, how each learns what another changed in the registry, whose deaf time an
 * interval is, and who is making a delivery. Times of nodes and claims are by the clock of the database.
 */
export const sql = `
-- Rewritten every few seconds.
CREATE TABLE fettle.nodes (
  client_id text COLLATE "C" PRIMARY KEY,
  id text COLLATE "C" NOT NULL,
  instance text NOT NULL,
  version text NOT NULL,
  subscriptions jsonb NOT NULL,
  started_at double precision NOT NULL,
  seen_at double precision NOT NULL,
  listening boolean NOT NULL DEFAULT false,
  heard_until double precision NOT NULL,
  retiring boolean NOT NULL DEFAULT false,
  adopter text,
  adopter_seen_at double precision
) WITH (fillfactor = 50);

ALTER TABLE fettle.deaf_intervals ADD COLUMN node text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE fettle.deaf_intervals DROP CONSTRAINT deaf_intervals_pkey;
ALTER TABLE fettle.deaf_intervals ADD PRIMARY KEY (node, started_at);
CREATE INDEX deaf_intervals_by_end ON fettle.deaf_intervals (ended_at);

-- Given under a lock, so that revisions become visible in their order and a reader misses none.
CREATE SEQUENCE fettle.registry_revisions;
ALTER TABLE fettle.assets ADD COLUMN revision double precision NOT NULL DEFAULT nextval('fettle.registry_revisions');
CREATE INDEX assets_by_revision ON fettle.assets (revision);
ALTER TABLE fettle.device_bindings
  ADD COLUMN revision double precision NOT NULL DEFAULT nextval('fettle.registry_revisions');
CREATE INDEX device_bindings_by_revision ON fettle.device_bindings (revision);

ALTER TABLE fettle.outbox ADD COLUMN claimed_until double precision;
`;
