/** Whether devices have their connection, as they and their broker say. */
export const sql = `
CREATE TABLE fettle.connectivity (
  asset_id text COLLATE "C" PRIMARY KEY,
  state text NOT NULL CHECK (state IN ('online', 'offline')),
  since double precision NOT NULL,
  by text NOT NULL,
  retained boolean NOT NULL,
  as_of double precision NOT NULL,
  updated_at double precision NOT NULL DEFAULT extract(epoch FROM clock_timestamp()) * 1000
);
COMMENT ON COLUMN fettle.connectivity.by IS 'Source that said so; data: telemetry came after the asset was offline';
COMMENT ON COLUMN fettle.connectivity.retained IS 'The broker had kept it, of a time that nobody knows';
COMMENT ON COLUMN fettle.connectivity.as_of IS 'The newest time for which something was said';
CREATE INDEX connectivity_by_update ON fettle.connectivity (updated_at);

CREATE FUNCTION fettle.log_connectivity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO fettle.changes (kind, id, asset_id, body) VALUES ('connectivity', NEW.asset_id, NEW.asset_id,
    jsonb_build_object('state', NEW.state));
  RETURN NULL;
END $$;
CREATE TRIGGER log_addition AFTER INSERT ON fettle.connectivity
  FOR EACH ROW EXECUTE FUNCTION fettle.log_connectivity();
CREATE TRIGGER log_change AFTER UPDATE ON fettle.connectivity FOR EACH ROW WHEN (OLD.state <> NEW.state)
  EXECUTE FUNCTION fettle.log_connectivity();
`;
