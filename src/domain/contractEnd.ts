import type { Asset, Contract } from './asset.ts';
import type { FailureModeDefinition, LocalText } from './model.ts';
import { formatDate } from './text.ts';
import type { Duration, Timestamp } from './time.ts';

/** What the reminder of the end of a contract is about; no model has it. */
export const CONTRACT_ENDS: FailureModeDefinition = {
  id: 'contract-ends',
  name: { en: 'Contract ends', zh: '合同到期' },
};

export interface ReminderPolicy {
  readonly enabled: boolean;
  readonly contractBefore: Duration;
  readonly warrantyBefore: Duration;
  readonly team?: string | undefined;
}

/** A contract that ends at a known time. */
export type EndingContract = Contract & { readonly until: Timestamp };

/** The contract of an asset whose end people are to be reminded of now: it is near, and not past. */
export function endingSoon({ contract }: Asset, now: Timestamp, policy: ReminderPolicy): EndingContract | undefined {
  if (!contract || contract.kind === 'none' || contract.until === undefined) return undefined;
  const before = contract.kind === 'warranty' ? policy.warrantyBefore : policy.contractBefore;
  const { until } = contract;
  return now < until && now >= until - before ? { ...contract, until } : undefined;
}

/** Whether it was renewed, or is no more, since somebody was reminded of its end at `until`. */
export function isRenewed({ contract }: Asset, until: Timestamp): boolean {
  return !contract || contract.kind === 'none' || contract.until === undefined || contract.until > until;
}

const NAMES: Readonly<Record<Exclude<Contract['kind'], 'none'>, LocalText>> = {
  warranty: { en: 'warranty', zh: '质保' },
  service: { en: 'service contract', zh: '服务合同' },
  subscription: { en: 'subscription', zh: '订阅' },
};

export function reminderWords(
  { id, name = id }: Pick<Asset, 'id' | 'name'>,
  { kind, reference, until }: EndingContract,
): { readonly title: LocalText; readonly summary: LocalText } {
  const { en, zh } = kind === 'none' ? CONTRACT_ENDS.name : NAMES[kind];
  const [which, whichZh] = reference === undefined ? [en, zh] : [`${en} ${reference}`, `${zh} ${reference}`];
  const date = formatDate(until);
  return {
    title: { en: `${name}: ${en} ends`, zh: `${name}：${zh}到期` },
    summary: {
      en: `The ${which} ends on ${date}. Offer its renewal, or check what is still to be done under it.`,
      zh: `${whichZh}将于 ${date} 到期。请联系客户续约，或核对到期前应完成的事项。`,
    },
  };
}
