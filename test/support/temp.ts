import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A new folder; the caller removes it. */
export function makeTempFolder(): string {
  return mkdtempSync(join(tmpdir(), 'fettle-'));
}

/** A new folder that goes when the current test has finished. */
export function tempFolder(): string {
  const folder = makeTempFolder();
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
