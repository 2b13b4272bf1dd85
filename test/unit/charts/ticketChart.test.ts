import { describe, expect, it } from 'vitest';
import { numberTicks, timeTicks } from '../../../src/charts/axes.ts';
import { drawTicketChart } from '../../../src/charts/ticketChart.ts';
import type { TicketChart } from '../../../src/domain/ticketChart.ts';
import { DAY, HOUR, MINUTE } from '../../../src/domain/time.ts';

const T = Date.UTC(2026, 2, 28, 12);

function points(from: number, to: number, step: number, value: (at: number) => number) {
  return Array.from({ length: Math.floor((to - from) / step) }, (_, at) => {
    const middle = value(at);
    return { time: from + at * step, value: middle, min: middle - 0.6, max: middle + 0.9 };
  });
}

const hot: TicketChart = {
  assetName: 'Compressor 7',
  name: { en: 'Oil temperature', zh: '油温' },
  unit: '°C',
  from: T - 3 * HOUR,
  to: T + 2 * HOUR,
  points: points(
    T - 3 * HOUR,
    T + 2 * HOUR,
    5 * MINUTE,
    (at) => 70 + 14 / (1 + Math.exp((24 - at) / 4)) + Math.sin(at),
  ),
  window: { from: T - 30 * MINUTE, to: T + 15 * MINUTE },
  openedAt: T + 15 * MINUTE,
  limit: 80,
  zone: 'Europe/Berlin',
};

const wearing: TicketChart = {
  assetName: 'Compressor 7',
  name: { en: 'Vibration velocity RMS', zh: '振动速度有效值' },
  unit: 'mm/s',
  from: T - 20 * DAY,
  to: T + 24 * DAY,
  points: points(T - 20 * DAY, T, 6 * HOUR, (at) => 3.1 + 0.02 * at + 0.2 * Math.sin(at * 1.7)).filter(
    ({ time }) => time < T - 12 * DAY || time > T - 9 * DAY,
  ),
  window: { from: T - 2 * DAY, to: T },
  openedAt: T,
  limit: 7.1,
  forecast: { time: T, value: 4.7, p10: T + 12 * DAY, p50: T + 17 * DAY, p90: T + 40 * DAY },
  zone: 'Asia/Shanghai',
};

const unusual: TicketChart = { ...hot, name: { en: 'Power', zh: '功率' }, unit: 'kW', expected: 71, zone: 'UTC' };
const { limit: _, ...odd } = unusual;

describe('the picture of a ticket', () => {
  it.each([
    ['threshold', hot],
    ['trend', wearing],
    ['anomaly', odd],
    ['never', { ...wearing, forecast: { ...wearing.forecast!, p90: null } }],
    ['empty', { ...hot, points: [] }],
  ] as const)('is drawn: %s', async (name, chart) => {
    await expect(`${drawTicketChart(chart, 'en')}\n`).toMatchFileSnapshot(`pictures/${name}.en.svg`);
    await expect(`${drawTicketChart(chart, 'zh')}\n`).toMatchFileSnapshot(`pictures/${name}.zh.svg`);
  });

  it('lets no name break out of it', () => {
    const evil = `"><script>alert('x')</script>&`;
    const svg = drawTicketChart({ ...hot, assetName: evil, unit: evil, name: { en: evil, zh: evil } }, 'en');
    expect(svg).not.toContain('<script');
    expect(svg.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, '')).not.toContain('&');
  });

  it('has no number that is none, whatever it is given', () => {
    const flat = [{ time: T, value: 5, min: 5, max: 5 }];
    for (const chart of [
      { ...hot, points: flat, limit: 5 },
      { ...odd, points: [], expected: 0 },
    ])
      expect(drawTicketChart(chart, 'en')).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('draws no line over a gap in the data', () => {
    expect(drawTicketChart(wearing, 'en').match(/<polyline[^>]*stroke="#2f7fc1"/g)).toHaveLength(2);
  });
});

describe('axes', () => {
  it('have round times by the clocks of the place, with the date at midnight', () => {
    const labels = (zone: string) => timeTicks(T, T + DAY, 5, zone).map(({ label }) => label);
    expect(labels('UTC')).toEqual(['12:00', '18:00', '03-29', '06:00', '12:00']);
    expect(labels('Asia/Shanghai')).toEqual(['03-29', '06:00', '12:00', '18:00']);
    expect(timeTicks(T, T + DAY, 5, 'Asia/Shanghai')[0]!.at).toBe(T + 4 * HOUR);
  });

  it.each([
    [0, 10, ['0', '5', '10']],
    [71.2, 83.9, ['70', '75', '80', '85']],
    [0.0012, 0.0019, ['0.0012', '0.0014', '0.0016', '0.0018', '0.0020']],
    [30_000, 34_000, ['30,000', '31,000', '32,000', '33,000', '34,000']],
    [5, 5, ['4', '6']],
  ])('have round numbers around %d to %d', (low, high, labels) => {
    const ticks = numberTicks(low, high, 4);
    expect(ticks[0]!.at).toBeLessThanOrEqual(low);
    expect(ticks.at(-1)!.at).toBeGreaterThanOrEqual(high);
    expect(ticks.map(({ label }) => label)).toEqual(labels);
  });
});
