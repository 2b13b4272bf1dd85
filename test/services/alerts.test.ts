import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ALERTS, alertRules, PROMETHEUS_CONFIG } from '../support/alerts.ts';
import { requireProgram } from '../support/services.ts';
import { tempFolder } from '../support/temp.ts';
import { ALERT_CASES } from './alertCases.ts';

const promtool = requireProgram('promtool');

describe.skipIf(!promtool)('the shipped alert rules', () => {
  it('are what promtool accepts, as is the configuration around them', () => {
    expect(run('check', 'rules', ALERTS)).toContain('SUCCESS');
    expect(run('check', 'config', '--syntax-only', PROMETHEUS_CONFIG)).toContain('SUCCESS');
  });

  it('are each tried, once at least', () => {
    const tried = new Set(ALERT_CASES.map(({ alert }) => alert));
    expect([...tried]).toEqual(alertRules().map(({ alert }) => alert));
  });

  it.each(ALERT_CASES)('$alert fires when it should, once, and not otherwise', ({ alert, at, fires, quiet }) => {
    const expr = `count(ALERTS{alertname="${alert}",alertstate="firing"})`;
    const trial = (series: Readonly<Record<string, string>>, count: number) => ({
      interval: '1m',
      input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
      promql_expr_test: [{ expr, eval_time: at, exp_samples: count === 0 ? [] : [{ labels: '{}', value: count }] }],
    });
    const file = join(tempFolder(), 'alert.test.yml');
    const content = { rule_files: [ALERTS], evaluation_interval: '1m', tests: [trial(fires, 1), trial(quiet, 0)] };
    writeFileSync(file, JSON.stringify(content));
    expect(run('test', 'rules', file)).toContain('SUCCESS');
  });
});

/** What promtool says, whether it is content or not. */
function run(...args: string[]): string {
  try {
    return execFileSync(promtool!, args, { encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return `promtool ${args.join(' ')}: ${stdout}${stderr}`;
  }
}
