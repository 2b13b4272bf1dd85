import { expect, it } from 'vitest';
import { entitlementOf } from '../../../src/domain/entitlement.ts';

const END = Date.UTC(2027, 0, 31);

it('is in force before its end, and always where it has none', () => {
  const warranty = { kind: 'warranty', until: END } as const;
  expect(entitlementOf(warranty, END - 1)).toMatchObject({ ...warranty, inForce: true });
  expect(entitlementOf(warranty, END)).toMatchObject({ ...warranty, inForce: false });
  expect(entitlementOf({ kind: 'subscription' }, END).inForce).toBe(true);
  expect(entitlementOf({ kind: 'none' }, 0).inForce).toBe(false);
  expect(entitlementOf(undefined, 0)).toMatchObject({ kind: 'none', inForce: false });
});

it('says so in both languages', () => {
  const contract = { kind: 'service', until: END, reference: 'C-7' } as const;
  expect(entitlementOf(contract, 0).text).toEqual({
    en: 'Service contract C-7 until 2027-01-31.',
    zh: '服务合同 C-7，有效期至 2027-01-31。',
  });
  expect(entitlementOf(contract, END).text).toEqual({
    en: 'Service contract C-7 ended on 2027-01-31.',
    zh: '服务合同 C-7已于 2027-01-31 到期。',
  });
  expect(entitlementOf({ kind: 'subscription', reference: 'S' }, 0).text).toEqual({
    en: 'Subscription S.',
    zh: '订阅 S。',
  });
  expect(entitlementOf(undefined, 0).text).toEqual({ en: 'No contract.', zh: '无合同。' });
});
