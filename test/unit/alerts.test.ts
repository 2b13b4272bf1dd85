import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { alertRules } from '../support/alerts.ts';

const RULES = alertRules();
const PAGE = 'docs/operating.md';
const page = readFileSync(PAGE, 'utf8');
/** By the name GitHub gives it in links. */
const sections = new Map(
  page
    .split(/^#+ (?=Alarm: )/m)
    .slice(1)
    .map((section) => {
      const [heading = '', ...text] = section.split('\n');
      const anchor = heading.toLowerCase().replaceAll(':', '').replaceAll(' ', '-');
      return [anchor, text.join('\n').split(/^#/m)[0]!.trim()];
    }),
);

describe.each(RULES)('alert $alert', ({ alert, labels, annotations }) => {
  it('says how urgent it is, and in words what it means and what to do', () => {
    expect(alert).toMatch(/^Fettle[A-Z]\w+$/);
    expect(['critical', 'warning']).toContain(labels.severity);
    expect(annotations.summary).toMatch(/^[A-Z{].{10,80}[^.]$/);
    expect(annotations.description).toMatch(/^.{80,}\.$/);
  });

  it('has a section of its own in docs/operating.md', () => {
    const [file, anchor = ''] = annotations.runbook!.split('#');
    expect(file).toBe(PAGE);
    expect(sections.get(anchor) ?? 'no such section').toMatch(/^.{80,}/);
    expect(sections.get(anchor)).toContain(alert);
    expect(RULES.filter(({ annotations: { runbook } }) => runbook === annotations.runbook)).toHaveLength(1);
  });
});

it('every alarm of docs/operating.md is one that can ring', () => {
  expect([...sections.keys()].sort()).toEqual(
    RULES.map(({ annotations }) => annotations.runbook!.split('#')[1]).sort(),
  );
});
