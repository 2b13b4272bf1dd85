/**
 * Rows as a Fettle of that version wrote them, by the migration that was its last. Each is inserted right after its
 * migration; a migration that changes what is stored gets rows here that it has to change.
 */
export const FIXTURES: Readonly<Record<string, string>> = {
  '0001-initial': `
    INSERT INTO fettle.assets (id, name, model_id, site_id, customer_id, tier, criticality, registered_by, components, contract, search_text)
      VALUES ('pump-1', 'Pump', 'pump', 'plant', 'acme', 'standard', 'medium', 'file', '{"seal": {"serial": "S1"}}', '{"kind": "full"}', 'pump-1'),
             ('pümp-2', NULL, 'pump', 'plant', NULL, 'standard', 'high', 'api', '{}', NULL, 'pümp-2');
    INSERT INTO fettle.device_bindings VALUES ('gateway', 'pump-1', 0, 1000), ('gateway', 'pümp-2', 1000, NULL);
    INSERT INTO fettle.asset_events VALUES ('e1', 'pump-1', 1000.001, '{"kind": "commissioned"}');
    INSERT INTO fettle.deaf_intervals VALUES (100, 200), (300, NULL);
    INSERT INTO fettle.states VALUES ('pump-1', 5000, '{"rules": {}}');
    INSERT INTO fettle.state_snapshots VALUES ('pump-1', 4000, '{"rules": {}}');
    INSERT INTO fettle.refold_notes (asset_id, earliest) VALUES ('pump-1', 3000), ('pümp-2', 3500.125);
    INSERT INTO fettle.usage_entries VALUES ('pump-1', 'seal-life', 'seal', 0, 'h', 12.5, 0, 100);
    INSERT INTO fettle.tickets (id, origin, status, asset_id, site_id, component_id, failure_mode_id, episode_key, episode_start,
        mode, severity, priority, title, summary, opened_at, updated_at, external_id)
      VALUES ('t1', 'device', 'open', 'pump-1', 'plant', 'seal', 'leak', 'pump-1/seal/leak/1', 1, 'live', 'warning', 'P2', '{"en": "a"}', '{"en": "b"}', 1, 2, 'WO-1'),
             ('t2', 'device', 'closed', 'pump-1', 'plant', 'seal', 'leak', 'pump-1/seal/leak/0', 0, 'live', 'warning', 'P2', '{"en": "a"}', '{"en": "b"}', 0, 1, NULL);
    INSERT INTO fettle.ticket_entries VALUES ('h1', 't1', 1, 'fettle', 'opened', 'opened', NULL, NULL);
    INSERT INTO fettle.findings (id, recorded_at, key, asset_id, component_id, failure_mode_id, rule_id, rule_version, change, severity, start, time, "window", evidence, ticket_id)
      VALUES ('f1', 1, 'k1', 'pump-1', 'seal', 'leak', 'seal-life', 'v1', 'raised', 'warning', 0, 1, '{"from": 0, "to": 1}', '{"value": 1}', 't1');
    INSERT INTO fettle.outbox (id, ticket_id, event, created_at) VALUES ('o1', 't1', 'ticket.opened', 1);
    INSERT INTO fettle.outbox (id, ticket_id, event, status, created_at, attempts, delivered_at) VALUES ('o2', 't2', 'ticket.opened', 'delivered', 0, 1, 1);
    INSERT INTO fettle.dead_letters VALUES ('d1', 1, 'default', 'x/y', 'not-json', 'why', NULL, NULL, '\\x00ff', 2);
    INSERT INTO fettle.api_keys VALUES ('first', 'k1', 'admin', 'hash', 1);
    INSERT INTO fettle.settings VALUES ('deliveries-paused', 'true');`,
  '0003-shards': `
    INSERT INTO fettle.refold_notes (asset_id, earliest, shard) VALUES ('pump-1', 3600, 1), ('pump-1', 3700, 1);
    UPDATE fettle.shards SET node = 'a', session = 's' WHERE shard = 1;`,
  '0004-nodes': `
    INSERT INTO fettle.nodes (client_id, id, instance, version, subscriptions, started_at, seen_at, heard_until) VALUES ('fettle-a', 'a', 'i', '1', '{"filters": []}', 1, 2, 2);
    INSERT INTO fettle.deaf_intervals (node, started_at, ended_at) VALUES ('a', 100, 250);
    UPDATE fettle.outbox SET claimed_until = 5 WHERE id = 'o1';`,
  '0005-status': `
    INSERT INTO fettle.asset_status (asset_id, health, in_maintenance, components, updated_at) VALUES ('pump-1', 'watch', false, '[]', 1);
    INSERT INTO fettle.model_catalogue VALUES ('pump', '{"name": {"en": "Pump"}}');`,
  '0006-delivery-keys': `
    INSERT INTO fettle.outbox (id, ticket_id, event, key, created_at) VALUES ('o3', 't1', 'ticket.updated', 'e:updated:1', 2);
    INSERT INTO fettle.tickets (id, origin, status, asset_id, site_id, component_id, failure_mode_id, episode_key, episode_start,
        mode, severity, priority, title, summary, evidence, opened_at, updated_at, closed_at)
      VALUES ('t3', 'device', 'closed', 'pump-1', 'plant', 'seal', 'worn', 'pump-1/seal/worn/0', 0, 'live', 'warning', 'P2', '{"en": "a"}', '{"en": "b"}', '{"kind": "usage"}', 0, 1, 9);
    INSERT INTO fettle.ticket_entries VALUES ('h2', 't3', 3, 'ann', 'transition', '', 'open', 'acknowledged'),
      ('h3', 't3', 4, 'ann', 'transition', '', 'acknowledged', 'in-progress'), ('h4', 't3', 9, 'ann', 'transition', '', 'in-progress', 'closed');`,
};
