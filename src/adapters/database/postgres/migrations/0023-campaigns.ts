/** What fails alike in a batch or model, and the tickets that are part of it. */
export const sql = `
CREATE TABLE fettle.campaigns (
  id text COLLATE "C" PRIMARY KEY,
  number integer GENERATED ALWAYS AS IDENTITY UNIQUE,
  model_id text COLLATE "C" NOT NULL,
  batch text,
  component_id text COLLATE "C" NOT NULL,
  failure_mode_id text COLLATE "C" NOT NULL,
  status text NOT NULL,
  owner text,
  note text,
  evidence jsonb,
  since double precision NOT NULL,
  opened_at double precision NOT NULL,
  opened_by text NOT NULL,
  updated_at double precision NOT NULL,
  closed_at double precision,
  version integer NOT NULL DEFAULT 1
);
-- What fails alike is one campaign: this index is the guarantee.
CREATE UNIQUE INDEX campaigns_open ON fettle.campaigns
  (model_id, coalesce('b' || batch, ''), component_id, failure_mode_id) WHERE status = 'open';
CREATE INDEX campaigns_by_opened ON fettle.campaigns (opened_at, id);

ALTER TABLE fettle.tickets ADD COLUMN campaign_id text COLLATE "C" REFERENCES fettle.campaigns (id);
CREATE INDEX tickets_by_campaign ON fettle.tickets (campaign_id, opened_at, id) WHERE campaign_id IS NOT NULL;

CREATE VIEW fettle_views.campaigns AS
SELECT c.number, c.id, c.model_id AS model, c.batch, c.component_id AS component, c.failure_mode_id AS failure_mode, c.status,
  c.owner, c.note, fettle.instant(c.opened_at) AS opened_at, c.opened_by, fettle.instant(c.closed_at) AS closed_at,
  (c.evidence ->> 'p')::double precision AS p,
  (SELECT count(DISTINCT t.asset_id) FROM fettle.tickets AS t WHERE t.campaign_id = c.id) AS affected_assets
FROM fettle.campaigns AS c;
COMMENT ON VIEW fettle_views.campaigns IS 'Batches and models that fail alike. p: how likely by chance, of those that Fettle opened.';
`;
