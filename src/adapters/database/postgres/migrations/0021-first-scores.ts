/** Tickets that had ended before there were scores are looked at once, as if the wait of each were over. */
export const sql = `
INSERT INTO fettle.scores (id, ticket_id, asset_id, component_id, failure_mode_id, rule_id, rule_version, at, score, reason,
  scored_at, review_at)
SELECT t.id, t.id, t.asset_id, t.component_id, t.failure_mode_id, t.rule_id, t.rule_version, t.opened_at, 'unverifiable',
  '{"en": "Not looked at yet.", "zh": "尚未评估。"}', t.updated_at, 0
FROM fettle.tickets AS t
WHERE t.status IN ('closed', 'cancelled', 'awaiting-outcome')
  AND NOT EXISTS (SELECT FROM fettle.scores AS s WHERE s.ticket_id = t.id);
`;
