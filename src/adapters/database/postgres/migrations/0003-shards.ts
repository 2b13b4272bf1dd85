/**
 * Notes become rows that are only added and removed, so that writing one never waits for an assessment and clearing
 * those answered leaves whatever was noted meanwhile. The hash is `shardOf` of domain/shard.ts.
 */
export const sql = `
ALTER TABLE fettle.refold_notes
  DROP CONSTRAINT refold_notes_pkey,
  ADD PRIMARY KEY (revision),
  ADD COLUMN shard smallint,
  ADD COLUMN latest double precision,
  ADD COLUMN due_at double precision NOT NULL DEFAULT extract(epoch FROM clock_timestamp()) * 1000;

WITH RECURSIVE fnv (asset_id, bytes, at, hash) AS (
  SELECT DISTINCT asset_id, convert_to(asset_id, 'UTF8'), 0, 2166136261::bigint FROM fettle.refold_notes
  UNION ALL
  SELECT asset_id, bytes, at + 1, ((hash # get_byte(bytes, at)) * 16777619) & 4294967295
  FROM fnv WHERE at < length(bytes)
)
UPDATE fettle.refold_notes AS note SET shard = (hash # (hash >> 16)) & 63
FROM fnv WHERE fnv.asset_id = note.asset_id AND at = length(bytes);

ALTER TABLE fettle.refold_notes ALTER COLUMN shard SET NOT NULL;
CREATE INDEX refold_notes_by_shard ON fettle.refold_notes (shard, due_at);
CREATE INDEX refold_notes_by_asset ON fettle.refold_notes (asset_id);

-- Written every few seconds, as states are.
CREATE TABLE fettle.shards (
  shard smallint PRIMARY KEY,
  node text,
  session text,
  tick_due double precision NOT NULL DEFAULT 0
) WITH (fillfactor = 50);
COMMENT ON TABLE fettle.shards IS 'Who assesses the assets of a shard: claimed by locking its row';
COMMENT ON COLUMN fettle.shards.session IS 'The run of that node, whose states in memory are up to date';
INSERT INTO fettle.shards (shard) SELECT generate_series(0, 63);
`;
