import { expect, it } from 'vitest';
import type { Criticality, Tier } from '../../../src/domain/asset.ts';
import type { Severity } from '../../../src/domain/model.ts';
import { priorityOf } from '../../../src/domain/priority.ts';
import { DAY } from '../../../src/domain/time.ts';

const NOW = Date.UTC(2026, 0, 1);

it.each<[Severity, Criticality, Tier, number | undefined, string]>([
  ['info', 'low', 'standard', undefined, 'P4'],
  ['warning', 'medium', 'standard', undefined, 'P3'],
  ['warning', 'high', 'important', undefined, 'P2'],
  ['critical', 'critical', 'standard', undefined, 'P1'],
  ['critical', 'low', 'standard', undefined, 'P3'],
  ['critical', 'low', 'standard', 2, 'P2'],
  ['critical', 'low', 'standard', 3, 'P3'],
  ['info', 'critical', 'strategic', undefined, 'P2'],
])('%s on a %s asset of a %s customer, %s days left, is %s', (severity, criticality, tier, days, priority) => {
  const doBy = days === undefined ? undefined : NOW + days * DAY;
  expect(priorityOf({ criticality, tier }, severity, doBy, NOW)).toBe(priority);
});
