/**
 * What a page of the whole fleet shows of each asset, beside its health, and the log of what changed that live pages
 * follow. Rows of the log carry the transaction that wrote them, so that a reader who knows a snapshot finds exactly what
 * was committed since, in whatever order transactions end.
 */
export const sql = `
ALTER TABLE fettle.asset_status
  ADD COLUMN wear double precision,
  ADD COLUMN wear_component text COLLATE "C",
  ADD COLUMN end_of_life double precision,
  ADD COLUMN end_of_life_component text COLLATE "C",
  ADD COLUMN silent boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN fettle.asset_status.wear IS 'The largest share of life used of its components';
COMMENT ON COLUMN fettle.asset_status.end_of_life IS 'The soonest middle date of its components';
UPDATE fettle.asset_status AS s SET
  (wear, wear_component) = (
    SELECT p.wear, p."componentId" FROM jsonb_to_recordset(s.components) AS p ("componentId" text, wear double precision)
    WHERE p.wear IS NOT NULL ORDER BY p.wear DESC, p."componentId" LIMIT 1
  ),
  (end_of_life, end_of_life_component) = (
    SELECT (p.forecast ->> 'p50')::double precision, p."componentId"
    FROM jsonb_to_recordset(s.components) AS p ("componentId" text, forecast jsonb)
    WHERE p.forecast ->> 'p50' IS NOT NULL ORDER BY 1, 2 LIMIT 1
  );

CREATE TABLE fettle.changes (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  transaction xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at double precision NOT NULL DEFAULT extract(epoch FROM clock_timestamp()) * 1000,
  kind text NOT NULL,
  id text COLLATE "C" NOT NULL,
  asset_id text COLLATE "C" NOT NULL,
  body jsonb NOT NULL
);
CREATE INDEX changes_by_transaction ON fettle.changes (transaction);
CREATE INDEX changes_by_time ON fettle.changes (at);

-- The newest transaction whose changes were pruned, in one row.
CREATE TABLE fettle.changes_pruned (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  transaction xid8 NOT NULL
);

CREATE FUNCTION fettle.log_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO fettle.changes (kind, id, asset_id, body) VALUES ('ticket', NEW.id, NEW.asset_id, jsonb_build_object(
    'number', NEW.number, 'version', NEW.version, 'status', NEW.status, 'severity', NEW.severity, 'priority', NEW.priority
  ));
  RETURN NULL;
END $$;
CREATE TRIGGER log_change AFTER INSERT OR UPDATE ON fettle.tickets FOR EACH ROW EXECUTE FUNCTION fettle.log_ticket();

CREATE FUNCTION fettle.log_finding() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO fettle.changes (kind, id, asset_id, body) VALUES ('finding', NEW.id, NEW.asset_id, jsonb_build_object(
    'componentId', NEW.component_id, 'ruleId', NEW.rule_id, 'change', NEW.change, 'severity', NEW.severity,
    'time', NEW.time, 'retracted', NEW.retracted_at IS NOT NULL
  ));
  RETURN NULL;
END $$;
CREATE TRIGGER log_addition AFTER INSERT ON fettle.findings FOR EACH ROW
  WHEN (NEW.change <> 'updated') EXECUTE FUNCTION fettle.log_finding();
CREATE TRIGGER log_change AFTER UPDATE ON fettle.findings FOR EACH ROW
  WHEN (NEW.change <> 'updated' AND (OLD.retracted_at IS NULL) <> (NEW.retracted_at IS NULL))
  EXECUTE FUNCTION fettle.log_finding();

-- Saved every few seconds: what is logged is what a person would call a change.
CREATE FUNCTION fettle.log_status() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO fettle.changes (kind, id, asset_id, body) VALUES ('asset', NEW.asset_id, NEW.asset_id, jsonb_build_object(
    'health', NEW.health, 'inMaintenance', NEW.in_maintenance, 'silent', NEW.silent, 'wear', NEW.wear,
    'endOfLife', NEW.end_of_life, 'lastReceivedAt', NEW.last_received_at
  ));
  RETURN NULL;
END $$;
CREATE TRIGGER log_addition AFTER INSERT ON fettle.asset_status FOR EACH ROW EXECUTE FUNCTION fettle.log_status();
CREATE TRIGGER log_change AFTER UPDATE ON fettle.asset_status FOR EACH ROW WHEN (
  OLD.health <> NEW.health OR OLD.in_maintenance <> NEW.in_maintenance OR OLD.silent <> NEW.silent
  OR OLD.wear_component IS DISTINCT FROM NEW.wear_component
  OR OLD.end_of_life_component IS DISTINCT FROM NEW.end_of_life_component
  OR round(OLD.wear * 100) IS DISTINCT FROM round(NEW.wear * 100)
  OR floor(OLD.end_of_life / 86400000) IS DISTINCT FROM floor(NEW.end_of_life / 86400000)
) EXECUTE FUNCTION fettle.log_status();

CREATE FUNCTION fettle.log_registration() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO fettle.changes (kind, id, asset_id, body) VALUES ('asset', NEW.id, NEW.id, '{"registered": true}');
  RETURN NULL;
END $$;
CREATE TRIGGER log_addition AFTER INSERT ON fettle.assets FOR EACH ROW EXECUTE FUNCTION fettle.log_registration();
CREATE TRIGGER log_change AFTER UPDATE ON fettle.assets FOR EACH ROW WHEN (
  OLD.name IS DISTINCT FROM NEW.name OR OLD.site_id <> NEW.site_id OR OLD.model_id <> NEW.model_id
  OR OLD.customer_id IS DISTINCT FROM NEW.customer_id
) EXECUTE FUNCTION fettle.log_registration();
`;
