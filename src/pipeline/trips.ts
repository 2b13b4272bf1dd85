import type { Timestamp } from '../domain/time.ts';
import type { Database } from '../ports/database.ts';

const PREFIX = 'rule-tripped:';

/** Setting that says since when a rule is held at propose. */
export function trippedSetting(modelId: string, ruleId: string): string {
  return PREFIX + JSON.stringify([modelId, ruleId]);
}

/** Rules that opened more tickets than their cap and only propose since. */
export async function trippedRules(database: Pick<Database, 'settings'>) {
  const settings = await database.settings.withPrefix<Timestamp>(PREFIX);
  return [...settings].map(([name, at]) => {
    const [modelId, ruleId] = JSON.parse(name.slice(PREFIX.length)) as [string, string];
    return { modelId, ruleId, at };
  });
}
