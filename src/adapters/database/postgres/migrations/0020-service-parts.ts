/** Parts that services which are due take count among the parts needed, a row for each piece. */
export const sql = `
CREATE OR REPLACE VIEW fettle.part_needs AS
SELECT a.id AS asset_id, a.site_id, a.customer_id, a.model_id, a.batch, m.id AS component_id,
  coalesce(t.part ->> 'number', m.part ->> 'number') AS part_number, m.part -> 'name' AS part_name,
  coalesce((m.part ->> 'leadTime')::double precision, 0) AS lead_ms, s.state_time,
  p.forecast IS NOT NULL AND s.state_time IS NOT NULL AS has_forecast,
  (p.forecast ->> 'p10')::double precision AS p10, (p.forecast ->> 'p50')::double precision AS p50,
  (p.forecast ->> 'p90')::double precision AS p90, t.number AS ticket, t.due_ms
FROM fettle.assets AS a
JOIN fettle.model_catalogue AS c ON c.model_id = a.model_id
CROSS JOIN LATERAL jsonb_to_recordset(c.entry -> 'components') AS m (id text, part jsonb)
LEFT JOIN fettle.asset_status AS s ON s.asset_id = a.id
LEFT JOIN LATERAL jsonb_to_recordset(s.components) AS p ("componentId" text, forecast jsonb) ON p."componentId" = m.id
LEFT JOIN LATERAL (
  SELECT t.number, t.part, coalesce((t.deferral ->> 'until')::double precision, t.do_by, t.opened_at) AS due_ms
  FROM fettle.tickets AS t
  WHERE t.asset_id = a.id AND t.component_id = m.id AND t.part IS NOT NULL
    AND t.status NOT IN ('resolved', 'awaiting-outcome', 'closed', 'cancelled')
  ORDER BY due_ms, t.number LIMIT 1
) AS t ON true
WHERE m.part IS NOT NULL OR t.part IS NOT NULL
UNION ALL
SELECT a.id, a.site_id, a.customer_id, a.model_id, a.batch, t.component_id COLLATE "default", p.number, p.name, 0, NULL, false, NULL, NULL,
  NULL, t.number, coalesce((t.deferral ->> 'until')::double precision, t.do_by, t.opened_at)
FROM fettle.tickets AS t
JOIN fettle.assets AS a ON a.id = t.asset_id
CROSS JOIN LATERAL jsonb_to_recordset(t.service -> 'parts') AS p (number text, name jsonb, quantity double precision)
CROSS JOIN LATERAL generate_series(1, ceil(p.quantity)::integer)
WHERE t.service IS NOT NULL AND t.status NOT IN ('resolved', 'awaiting-outcome', 'closed', 'cancelled');
`;
