import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ruleKinds } from '../rules/index.ts';
import { installationFolder } from './installation.ts';
import { generatedFiles } from './reference.ts';

/** Writes the reference and the editor schemas into the repository: `node dist/src/config/generate.js`. */
for (const [path, text] of generatedFiles(ruleKinds)) {
  const file = join(installationFolder(), path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  process.stdout.write(`${path}\n`);
}
