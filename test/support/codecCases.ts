import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parse } from 'yaml';
import type { SourceDefinition } from '../../src/domain/source.ts';
import { createDecoder } from '../../src/pipeline/decode.ts';
import { type Explanation, explainDecode } from '../../src/pipeline/explain.ts';
import type { Expressions } from '../../src/ports/expressions.ts';
import { MemoryDirectory } from './directory.ts';
import { jsonSource, PUMP, RETENTION } from './telemetry.ts';

/**
 * A case is a folder test/cases/codecs/<codec>/<name> of payload.<any>, expected.json, and where it is not the usual
 * source (telemetry.ts) or topic a source.yaml with what differs. There is one asset, pump-1, for which some devices
 * speak; the message is received ten seconds after the new year of 2024.
 */
export interface CodecCase {
  readonly codec: string;
  readonly name: string;
  readonly payload: Buffer;
  readonly expected: unknown;
  readonly source: SourceDefinition;
  readonly topic: string;
}

const ROOT = new URL('../cases/codecs/', import.meta.url);

const RECEIVED_AT = Date.UTC(2024, 0, 1, 0, 0, 10);

const DEVICES = ['gateway-1', 'urn:dev:ow:10e2073a01080063'];

interface CaseSource extends Partial<SourceDefinition> {
  readonly message?: { readonly topic: string };
}

export function codecCases(): CodecCase[] {
  return folders(ROOT).flatMap((codec) => folders(inside(ROOT, codec)).map((name) => readCase(codec, name)));
}

/** What becomes of a payload in the place of the case's own; of a source with an expression that is not worked out. */
export function decodeCase(one: CodecCase, payload: Buffer): Explanation {
  const { decoder, directory, message } = trialOf(one, payload, undefined);
  return explainDecode(decoder, directory, message);
}

/** As {@link decodeCase}, with expressions. */
export async function decodeEvaluated(one: CodecCase, payload: Buffer, expressions: Expressions): Promise<Explanation> {
  const { decoder, directory, message } = trialOf(one, payload, expressions);
  return explainDecode(decoder, directory, message, await decoder.prepare(message));
}

function trialOf({ source, topic }: CodecCase, payload: Buffer, expressions: Expressions | undefined) {
  const directory = new MemoryDirectory([PUMP]);
  directory.add('pump-1', PUMP.id);
  for (const deviceId of DEVICES) directory.bind({ deviceId, assetId: 'pump-1', from: 0 });
  const decoder = createDecoder({ sources: [source], directory, retention: RETENTION, expressions });
  return { decoder, directory, message: { topic, payload, receivedAt: RECEIVED_AT } };
}

function readCase(codec: string, name: string): CodecCase {
  const folder = inside(inside(ROOT, codec), name);
  const file = (path: string) => new URL(path, folder);
  const [payload = 'payload.json'] = readdirSync(folder).filter((path) => path.startsWith('payload.'));
  const { message, ...change }: CaseSource = existsSync(file('source.yaml'))
    ? (parse(readFileSync(file('source.yaml'), 'utf8')) as CaseSource)
    : {};
  return {
    codec,
    name,
    payload: readFileSync(file(payload)),
    expected: JSON.parse(readFileSync(file('expected.json'), 'utf8')),
    source: jsonSource({ codec, ...change }),
    topic: message?.topic ?? 'acme/site-1/pump-1/telemetry',
  };
}

function folders(root: URL): string[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => basename(entry.name));
}

function inside(root: URL, name: string): URL {
  return new URL(`${name}/`, root);
}
