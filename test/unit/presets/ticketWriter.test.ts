import { describe, expect, it } from 'vitest';
import { EXAMPLE_BACKGROUND, EXAMPLE_TICKET } from '../../../src/domain/exampleTicket.ts';
import type { Evidence, EvidenceKind } from '../../../src/domain/finding.ts';
import type { Ticket } from '../../../src/domain/ticket.ts';
import { ticketSummary } from '../../../src/domain/ticketText.ts';
import { DAY, HOUR } from '../../../src/domain/time.ts';
import { BODY_NAMES, type BodyFacts, bodyScope } from '../../../src/presets/ticketScope.ts';
import { lintTicketText } from '../../../src/presets/ticketTextLint.ts';
import { type TicketTexts, TicketWriter } from '../../../src/presets/ticketWriter.ts';

const T = EXAMPLE_TICKET.window!.to;
const EVIDENCE: { readonly [K in EvidenceKind]: Extract<Evidence, { kind: K }> } = {
  threshold: {
    kind: 'threshold',
    metricId: 'oil-temperature',
    unit: '°C',
    direction: 'above',
    limit: 95,
    value: 96.5,
    extreme: 101.25,
    samples: 7,
  },
  anomaly: {
    kind: 'anomaly',
    metricId: 'power',
    statistic: 'deviation',
    score: 6.1,
    worst: 7.4,
    limit: 5,
    metrics: [{ metricId: 'power', unit: 'kW', value: 41, expected: 36.5, share: 1 }],
    learned: [T - 30 * DAY, T - 20 * DAY],
  },
  event: { kind: 'event', metricId: 'fault', codes: ['E07'], count: 3, limit: 3, within: DAY, last: T },
  composite: {
    kind: 'composite',
    need: 2,
    of: 3,
    within: HOUR,
    met: [
      { ruleId: 'hot', from: T - HOUR, until: null },
      { ruleId: 'loud', from: T - HOUR, until: T },
    ],
  },
  usage: EXAMPLE_TICKET.evidence as Extract<Evidence, { kind: 'usage' }>,
  calendar: { kind: 'calendar', of: 'inspection', installedAt: T - 365 * DAY, due: T + 20 * DAY },
  silence: { kind: 'silence', lastHeard: T - 26 * HOUR, silentFor: 26 * HOUR },
  similarity: {
    kind: 'similarity',
    probability: 0.7,
    horizon: 10 * DAY,
    histories: 40,
    similar: [{ unit: 'u7', share: 0.4, remaining: 9 * DAY }],
    shifts: [{ metricId: 'power', shift: 3.2 }],
  },
  trend: {
    kind: 'trend',
    metricId: 'vibration',
    unit: 'mm/s',
    direction: 'above',
    limit: 7.1,
    model: 'linear',
    level: 5.2,
    driftPerDay: 0.09,
    probability: 0.62,
    horizon: 17 * DAY,
  },
  'installation-unknown': { kind: 'installation-unknown', componentIds: ['oil', 'fan'] },
};

function factsOf(evidence: Evidence, zone = 'UTC'): BodyFacts {
  const { part, doBy } = EXAMPLE_TICKET;
  const isForecast = ['usage', 'trend', 'similarity'].includes(evidence.kind);
  const forecast = isForecast ? EXAMPLE_TICKET.forecast! : undefined;
  const words = ticketSummary({
    assetName: EXAMPLE_BACKGROUND.assetName,
    failureMode: EXAMPLE_BACKGROUND.failureMode,
    since: EXAMPLE_TICKET.window!.from,
    evidence,
    ...(forecast && { forecast, part: part!, doBy: doBy! }),
  });
  const { doBy: _, part: __, forecast: ___, ...bare } = EXAMPLE_TICKET;
  const ticket: Ticket = { ...bare, evidence, summary: words, ...(forecast && { forecast, part: part!, doBy: doBy! }) };
  const links = {
    ticket: 'https://f.example/api/v1/tickets/T1',
    asset: 'https://f.example/api/v1/assets/compressor-7',
  };
  const chart = 'metricId' in evidence ? { chart: `${links.ticket}/chart.svg` } : {};
  const dashboard = 'https://g.example/d/fettle-asset?var-asset=compressor-7';
  const background = isForecast
    ? EXAMPLE_BACKGROUND
    : { ...EXAMPLE_BACKGROUND, safety: [], solutions: [], advice: [], earlier: [] };
  return { ticket, document: ticket, background, links: { ...links, ...chart, dashboard }, zone };
}

function writer(texts: readonly TicketTexts[] = []) {
  const failures: string[] = [];
  const write = new TicketWriter(texts, (what, language, error) =>
    failures.push(`${what} ${language}: ${error instanceof Error ? error.message : error}`),
  );
  return { write, failures };
}

describe('the body that comes with Fettle', () => {
  it.each(Object.keys(EVIDENCE) as EvidenceKind[])('of a ticket for %s', async (kind) => {
    const { write, failures } = writer();
    const body = write.body(factsOf(EVIDENCE[kind]));
    await expect(`${body.en}\n`).toMatchFileSnapshot(`bodies/${kind}.en.txt`);
    await expect(`${body.zh}\n`).toMatchFileSnapshot(`bodies/${kind}.zh.txt`);
    expect(failures).toEqual([]);
  });

  it('says times by the clocks of the place', () => {
    const { en } = writer().write.body(factsOf(EVIDENCE.threshold, 'Asia/Shanghai'));
    expect(en).toContain('Seen from 2026-03-01 16:00 Asia/Shanghai to 2026-03-02 16:00 Asia/Shanghai');
  });

  it('puts the safety note before everything else', () => {
    const { en, zh } = writer().write.body(factsOf(EVIDENCE.usage));
    expect(en).toMatch(/^Safety: Switch off, lock out/);
    expect(zh).toMatch(/^安全提示：停机、上锁/);
  });

  it('says what a person wrote, where there is no evidence, whatever is in it', () => {
    const { evidence: _, window: __, forecast: ___, ...bare } = EXAMPLE_TICKET;
    const summary = { en: '{{ ticket.id }} <b>"loud"</b>', zh: '{% if %}' };
    const ticket = { ...bare, summary };
    const body = writer().write.body({ ...factsOf(EVIDENCE.usage), ticket, document: ticket });
    expect(body.en).toContain(summary.en);
    expect(body.zh).toContain(summary.zh);
    expect(body.en).not.toContain('Seen from');
  });
});

describe('words of an installation', () => {
  const texts: TicketTexts[] = [
    { sites: ['plant-2'], body: { en: 'of plant 2' } },
    { sites: ['plant-1'], body: { en: 'Bring {{ part.number }} to {{ asset.site }}' } },
    {
      customers: ['acme'],
      title: { zh: '{{ asset.name }}\n{{ failureMode }}' },
      body: { en: 'of acme', zh: '给 acme' },
    },
  ];
  const title = {
    asset: { id: 'a', name: 'A', model: { en: 'M', zh: 'M' } },
    siteId: 'plant-1',
    customerId: 'acme',
    failureMode: { en: 'Oil aged', zh: '油品老化' },
    severity: 'warning' as const,
    priority: 'P3' as const,
    title: { en: 'A: oil aged', zh: 'A：油品老化' },
  };

  it('tell by why what fault codes mean, and what to check', () => {
    const words = writer([{ body: { en: '{{ why }}', zh: '{{ why }}' } }]).write;
    const facts = factsOf(EVIDENCE.event);
    const codeTexts = { E07: { en: 'oil too hot', zh: '油温过高', check: { en: 'oil level', zh: '油位' } } };
    const { en, zh } = words.body({ ...facts, background: { ...facts.background, codeTexts } });
    expect(en).toContain('E07 (oil too hot), 3 times');
    expect(en).toContain('Check: oil level.');
    expect(zh).toContain('E07（油温过高）');
    const met = factsOf(EVIDENCE.composite);
    const ruleTexts = { loud: { en: 'Fault: bearing', zh: '故障：轴承' } };
    const both = words.body({ ...met, background: { ...met.background, ruleTexts } });
    expect(both.en).toContain('loud (Fault: bearing) from');
    expect(both.zh).toContain('loud（故障：轴承） 自');
  });

  it('are the first that fit and have some, per language; the rest is as it comes with Fettle', () => {
    const { write, failures } = writer(texts);
    expect(write.body(factsOf(EVIDENCE.usage))).toEqual({ en: 'Bring OIL-46-20L to plant-1', zh: '给 acme' });
    expect(write.title(title)).toEqual({ en: 'A: oil aged', zh: 'A 油品老化' });
    expect(write.title({ ...title, customerId: undefined }).zh).toBe('A：油品老化');
    expect(failures).toEqual([]);
  });

  it('that fail, or come to nothing, give way to those of Fettle, and it is told', () => {
    const endless = '{% for i in (1..1000000000) %}{{ i }}{% endfor %}';
    const { write, failures } = writer([{ title: { en: '{{ component }}' }, body: { en: endless, zh: '{{ ticket' } }]);
    const plain = writer().write.body(factsOf(EVIDENCE.usage));
    expect(write.body(factsOf(EVIDENCE.usage))).toEqual(plain);
    expect(write.title(title).en).toBe('A: oil aged');
    expect(failures.map((failure) => failure.split(':')[0])).toEqual(['body en', 'body zh', 'title en']);
  });

  it.each([
    ['body', '{{ summary }} {{ solutions[0].text }} {{ ticket.priority }} {{ links.chart }}', 0],
    ['body', '{{ sumary }} {{ ticket.sevrity }} {{ part.nummer }}', 3],
    ['title', '{{ summary }}', 1],
    ['title', '{{ asset.name }}: {{ severity }}', 0],
    ['body', '{% if summary %}', 1],
    ['body', '{{ language | nofilter }}', 1],
    ['body', '{% if language == "fr" %}x{% endif %}', 1],
    ['body', '{% for i in (1..1000000000) %}{{ i }}{% endfor %}', 1],
  ] as const)('are checked and tried: %s %s has %i mistakes', (what, template, mistakes) => {
    expect(lintTicketText(what, 'en', template)).toHaveLength(mistakes);
  });

  it('may name all that there is, and nothing else', () => {
    const { ticket: _, ...scope } = bodyScope(factsOf(EVIDENCE.usage), 'en');
    const groups = ['asset', 'links', 'part', 'window'];
    const names = Object.entries(scope).flatMap(([name, value]) =>
      groups.includes(name) ? Object.keys(value as object).map((inner) => `${name}.${inner}`) : [name],
    );
    const known = BODY_NAMES.filter((name) => !name.startsWith('ticket.'));
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
    expect(known.filter((name) => !names.includes(name))).toEqual([]);
  });
});
