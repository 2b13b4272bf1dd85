import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TicketSchema } from '../../../src/api/resources/ticket.ts';
import { checkConfiguration, formatCheck } from '../../../src/config/check.ts';
import { parsePreset, presetNames } from '../../../src/config/desk.ts';
import { shippedDesks } from '../../../src/config/installation.ts';
import { TICKET_NAMES } from '../../../src/presets/names.ts';
import { tempFolder } from '../../support/temp.ts';

const shipped = (name: string) => readFileSync(join(shippedDesks(), `${name}.yaml`), 'utf8');

/** What `fettle check` says of a configuration with this desk, without the models. */
function check(desk: string, files: Readonly<Record<string, string>> = {}): string[] {
  const cwd = tempFolder();
  writeFileSync(join(cwd, 'fettle.yaml'), `desk:\n${desk.replaceAll(/^/gm, '  ')}\n`);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(cwd, 'desks'), { recursive: true });
    writeFileSync(join(cwd, 'desks', name), text);
  }
  return formatCheck(checkConfiguration({ env: {}, cwd }), cwd).split('\n');
}

const RT = 'kind: rest\npreset: request-tracker\nurl: https://rt.example\ntoken: t\nsettings: { queue: Service }';

describe('the presets that come with Fettle', () => {
  it.each(presetNames())('%s is sound, named as its file, and says how idempotent the desk is', (name) => {
    const { preset, problems } = parsePreset(shipped(name), `${name}.yaml`);
    expect(problems).toEqual([]);
    expect(preset).toMatchObject({ id: name });
    expect(preset!.idempotency.length).toBeGreaterThan(100);
    for (const page of preset!.documentation) expect(page).toMatch(/^https:\/\//);
  });

  it('name only what the API shows of a ticket', () => {
    const shown = Object.keys(TicketSchema.properties);
    expect(TICKET_NAMES.map((name) => name.slice('ticket.'.length)).filter((name) => !shown.includes(name))).toEqual(
      [],
    );
  });
});

describe('a desk with a REST API', () => {
  it('is sound with a preset that comes with Fettle', () => {
    expect(check(RT)).toEqual([expect.stringMatching(/^The configuration is sound/)]);
  });

  it('may have a preset of its own, beside the configuration', () => {
    expect(
      check(RT.replace('request-tracker', './desks/ours.yaml'), { 'ours.yaml': shipped('request-tracker') }),
    ).toEqual([expect.stringMatching(/^The configuration is sound/)]);
  });

  it.each([
    [
      'a preset that is not there',
      RT.replace('request-tracker', 'request-traker'),
      ["fettle.yaml:3: desk.preset: there is no preset 'request-traker', did you mean 'request-tracker'?"],
    ],
    [
      'a way out of the folder of presets',
      RT.replace('request-tracker', '../package'),
      ["fettle.yaml:3: desk.preset: there is no preset '../package'"],
    ],
    [
      'a file that is not there',
      RT.replace('request-tracker', 'x.yaml'),
      ['fettle.yaml:3: desk.preset: there is no file x.yaml'],
    ],
    [
      'settings that are missing or unknown',
      RT.replace('queue: Service', 'queu: Service'),
      [
        "fettle.yaml:6: desk.settings.queu: the preset request-tracker has no setting 'queu', did you mean 'queue'?",
        'fettle.yaml:6: desk.settings.queue: is missing: Queue that tickets are made in.',
      ],
    ],
    [
      'no credentials',
      RT.replace('token: t\n', 'username: fettle\n'),
      [
        'fettle.yaml:2: desk: lacks credentials: the preset request-tracker needs desk.token, or desk.username and desk.password',
      ],
    ],
    [
      'texts and overrides with mistakes, all at once',
      `${RT}\ntexts: { opened: '{{ ticket.sevrity }} {{ summary }}', closed: '{% if x %}' }
overrides:
  create: { steps: [{ method: FETCH, path: '/x', gives: { id: /id } }] }
  nonsense: 1`,
      [
        "fettle.yaml:9: desk.overrides.create.steps[0].method: must be GET, POST, PUT, PATCH or DELETE, not 'FETCH'",
        "fettle.yaml:10: desk.overrides.nonsense: unknown option 'nonsense'",
      ],
    ],
    [
      'templates that say what is not there',
      `${RT}\ntexts: { opened: '{{ ticket.sevrity }} {{ summary }}', closed: '{% if x %}' }
overrides:
  create: { steps: [{ method: POST, path: '/{{ ticket.number }}', body: { a: ['{{ settings.queeu }}', '{{ key | nofilter }}'] } }] }`,
      [
        "fettle.yaml:9: desk.overrides.create.steps[0].body.a[0]: knows no 'settings.queeu'; it may use ticket.… as the API shows it, news,",
        'fettle.yaml:9: desk.overrides.create.steps[0].body.a[1]: is no valid Liquid template: undefined filter: nofilter',
        'fettle.yaml:9: desk.overrides.create.steps: must give id',
      ],
    ],
    [
      'texts alone',
      `${RT}\ntexts: { opened: '{{ ticket.sevrity }} {{ summary }}', closed: '{% if x %}' }`,
      [
        "fettle.yaml:7: desk.texts.opened: knows no 'ticket.sevrity'; it may use ticket.… as the API shows it, news,",
        'fettle.yaml:7: desk.texts.closed: is no valid Liquid template: tag {% if x %} not closed',
      ],
    ],
  ])('is refused with %s', (_, desk, expected) => {
    const lines = check(desk).slice(0, -1);
    expect(lines).toHaveLength(expected.length);
    for (const line of expected) expect(lines).toContainEqual(expect.stringContaining(line));
  });

  it('is refused with every mistake of its own preset, by the line in its file', () => {
    const text = shipped('request-tracker')
      .replace('gives: { id: /id }', 'gives: { idd: /id }')
      .replace('resolved: closed', 'resolved: open')
      .replace('{{ since |', '{{ sinse |');
    const lines = check(RT.replace('request-tracker', 'desks/ours.yaml'), { 'ours.yaml': text });
    expect(lines.slice(0, -1).map((line) => line.replace(/:\d+: /, ': '))).toEqual(
      expect.arrayContaining([
        'desks/ours.yaml: create.steps: must give id',
        expect.stringContaining(
          "desks/ours.yaml: changes.query.query: knows no 'sinse'; it may use since, minutes, page.number",
        ),
        'desks/ours.yaml: statuses: must say which status means closed or resolved',
      ]),
    );
    expect(lines.at(-1)).toBe('3 problems');
  });

  it('never shows its secrets in a message', () => {
    const lines = check(RT.replace('token: t', 'token: [hush]')).join('\n');
    expect(lines).toContain('desk.token: must be text');
    expect(lines).not.toContain('hush');
  });
});
