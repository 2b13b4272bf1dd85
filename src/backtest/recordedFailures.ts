import type { RecordedFailure } from '../domain/backtest.ts';
import type { FailureImpact } from '../domain/failure.ts';
import type { FailureRepository } from '../ports/outcomes.ts';
import type { BacktestPlan } from './backtest.ts';

const PAGE = 500;
/** What was found as it began had not failed. */
const FAILED: readonly FailureImpact[] = ['critical', 'degraded'];

/**
 * The plan with the failure records of its assets and range where it names no failures. Where there are none of either, it stays
 * without: nobody can tell whether nothing failed or nobody wrote it down.
 */
export async function withRecords(
  plan: BacktestPlan,
  { list }: Pick<FailureRepository, 'list'>,
): Promise<BacktestPlan> {
  if (plan.failures) return plan;
  const { from, to } = plan;
  const assets = new Set(plan.assets.map(({ id }) => id));
  const failures: RecordedFailure[] = [];
  for (const impact of FAILED)
    for (let cursor: string | undefined, isLast = false; !isLast; ) {
      const filter = { impact, to, ...(from !== undefined && { from }) };
      const page = await list(filter, { limit: PAGE, ...(cursor !== undefined && { cursor }) });
      for (const { assetId, componentId, failureModeId, at } of page.items)
        if (assets.has(assetId))
          failures.push({ assetId, componentId, at, ...(failureModeId !== undefined && { failureModeId }) });
      cursor = page.nextCursor;
      isLast = cursor === undefined;
    }
  return failures.length === 0 ? plan : { ...plan, failures, areRecords: true };
}
