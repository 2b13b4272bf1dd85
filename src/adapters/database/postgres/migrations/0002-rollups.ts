export const sql = `
CREATE SEQUENCE fettle.rollup_revisions;
CREATE TABLE fettle.rollup_due (
  asset_id text COLLATE "C" NOT NULL,
  day double precision NOT NULL,
  marked_at double precision NOT NULL,
  revision double precision NOT NULL DEFAULT nextval('fettle.rollup_revisions'),
  PRIMARY KEY (asset_id, day)
);
CREATE INDEX rollup_due_by_day ON fettle.rollup_due (day, asset_id);

CREATE TABLE fettle.rollup_progress (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  rolled_to double precision,
  holder text,
  held_until timestamptz
);
`;
