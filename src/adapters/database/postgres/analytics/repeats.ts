import { sql } from 'kysely';
import { DAY } from '../../../../domain/time.ts';

const rank = (record: string) =>
  sql`array_position(ARRAY['incipient', 'degraded', 'critical'], ${sql.ref(`${record}.impact`)})`;

/**
 * Of failure records `f`: those that no other says better. A failure that closing a ticket recorded and that another system told of
 * too, about the same ticket, or about the same failure mode within a day, is one: the worse of the two counts.
 */
export const SAID_BEST = sql`NOT EXISTS (
  SELECT 1 FROM fettle.failures AS other
  WHERE other.asset_id = f.asset_id AND other.component_id = f.component_id
    AND (other.source = 'ticket') <> (f.source = 'ticket')
    AND (other.ticket_id = f.ticket_id OR (abs(other.at - f.at) <= ${DAY}::double precision
      AND coalesce(other.failure_mode_id = f.failure_mode_id, true)))
    AND (${rank('other')}, other.source = 'ticket') > (${rank('f')}, f.source = 'ticket')
)`;
