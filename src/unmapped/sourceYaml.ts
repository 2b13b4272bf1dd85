import type { SourceDefinition } from '../domain/source.ts';
import { type MappedName, mappingLine } from './mapNames.ts';
import { yamlComment, yamlText, yamlTopic } from './yamlText.ts';

export interface SourceNotes {
  /** Names to map. */
  readonly names: readonly MappedName[];
  /** Names that are like no metric. */
  readonly unknown: readonly string[];
  /** How assets that are not registered could be. */
  readonly register?: { readonly modelId: string; readonly siteId: string };
}

/** Names told in a comment. */
const MAX_TOLD = 40;

/** An item of `sources`, as it stands in fettle.yaml; what is usual is left out. */
export function sourceYaml(source: SourceDefinition, { names, unknown, register }: SourceNotes): string {
  const { id, topic, codec, compression, subject, clock, flatten } = source;
  const lines = [
    `  - id: ${yamlText(id)}`,
    `    topic: ${yamlTopic(topic)}`,
    ...(codec === 'json' ? [] : [`    codec: ${codec}`]),
    ...(compression === undefined ? [] : [`    compression: ${compression}`]),
    ...(subject === 'asset' ? ['    subject: asset'] : []),
    ...(clock === 'device' ? [] : [`    clock: ${clock} # no time in the payload`]),
    ...(flatten ? ['    flatten: true'] : []),
    ...(names.length === 0 ? [] : ['    metrics:', ...names.map((one) => `      ${mappingLine(one)}`)]),
    ...unknownLines(unknown),
    ...(register ? registerLines(register) : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** Names that no metric is like: somebody has to say what they are. */
export function unknownLines(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const shown = names.slice(0, MAX_TOLD).map((name) => JSON.stringify(name));
  const more = names.length > MAX_TOLD ? `, and ${names.length - MAX_TOLD} more` : '';
  return [
    '    # Like no metric of the model: add them there, map them, or pass them over with',
    yamlComment(`    # ignore: [${shown.join(', ')}]${more}`),
  ];
}

function registerLines({ modelId, siteId }: { readonly modelId: string; readonly siteId: string }): string[] {
  return [
    '    # Unless its assets are registered otherwise:',
    `    # autoRegister: { model: ${yamlText(modelId)}, site: ${yamlText(siteId)} }`,
  ];
}
