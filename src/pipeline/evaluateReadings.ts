import { isRefusal, type Reading, type Refusal } from '../codecs/codec.ts';
import { INPUT, readResult } from '../codecs/jsonata.ts';
import { printable } from '../codecs/text.ts';
import type { Timestamp } from '../domain/time.ts';
import type { Expressions } from '../ports/expressions.ts';
import type { CompiledSource } from './compiledSource.ts';
import type { Route } from './topicRouter.ts';
import { topicLevels } from './topicTemplate.ts';

/** Longest text about what went wrong in an expression. */
const MAX_FAILURE = 300;

/** What the expression of a source makes of a payload. */
export async function evaluateReadings(
  expressions: Pick<Expressions, 'evaluate'>,
  expression: string,
  { source, siteId, assetId, deviceId, metricId }: Route<CompiledSource>,
  { topic, payload, receivedAt }: { readonly topic: string; readonly payload: Buffer; readonly receivedAt: Timestamp },
): Promise<readonly (Reading | Refusal)[]> {
  const [read] = source.codec(payload, receivedAt, topic);
  if (!read || isRefusal(read)) return read ? [read] : [];
  const names = { site: siteId, asset: assetId, device: deviceId, metric: metricId };
  const bindings = { topic, levels: topicLevels(topic), receivedAt, ...names };
  const result = await expressions.evaluate({ expression, input: read.values[INPUT], bindings });
  if (!('failure' in result)) return readResult(result.json);
  return [{ reason: 'expression-failed', detail: `the expression: ${printable(result.failure, MAX_FAILURE)}` }];
}
