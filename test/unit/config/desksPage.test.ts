import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkConfiguration, formatCheck } from '../../../src/config/check.ts';
import { parsePreset, presetNames } from '../../../src/config/desk.ts';
import { installationFolder } from '../../../src/config/installation.ts';
import { ConfigSchema } from '../../../src/config/schema.ts';
import { tempFolder } from '../../support/temp.ts';

const page = readFileSync(join(installationFolder(), 'docs/desks.md'), 'utf8');
const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text!);
const samples = blocks.filter((text) => text.startsWith('desk:'));

describe('docs/desks.md', () => {
  it.each(samples)('has a configuration that is sound: %s', (text) => {
    const cwd = tempFolder();
    writeFileSync(join(cwd, 'fettle.yaml'), text);
    expect(formatCheck(checkConfiguration({ env: {}, cwd }), cwd)).toMatch(/^The configuration is sound/);
  });

  it('shows how to connect each desk, and what is guaranteed of it', () => {
    for (const name of presetNames()) {
      expect(samples.filter((text) => text.includes(`preset: ${name}\n`)).length, name).toBeGreaterThan(0);
      expect(page).toContain(`../desks/${name}.yaml`);
    }
  });

  it('shows every option of such a desk', () => {
    const [, , rest] = ConfigSchema.properties.desk.anyOf;
    for (const name of Object.keys(rest.properties)) expect(samples.join(), name).toContain(`  ${name}:`);
  });

  it('has a preset of one’s own that is sound', () => {
    const own = blocks.find((text) => text.startsWith('id:'))!;
    expect(parsePreset(own, 'own.yaml')).toMatchObject({ problems: [], preset: { id: 'acme-desk' } });
  });
});
