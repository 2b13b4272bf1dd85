import type { TObject } from 'typebox';
import { PresetSchema } from '../presets/schema.ts';
import type { RuleKind } from '../rules/rule.ts';
import { AssetSchema, AssetsSchema } from './assetSchema.ts';
import { COMPONENT_COLUMNS, CSV_COLUMNS } from './assetsCsv.ts';
import { editorSchema } from './editorSchema.ts';
import { FILE_VARIABLES, VARIABLES } from './environment.ts';
import { modelSchema, ruleSchema, SHARED_RULE_FIELDS } from './modelSchema.ts';
import { type OptionRow, optionRows } from './optionRows.ts';
import { formatPath } from './problem.ts';
import { ConfigSchema } from './schema.ts';

type RuleKinds = ReadonlyMap<string, RuleKind>;

/** The generated files by their path from the root of the repository. */
export function generatedFiles(kinds: RuleKinds): ReadonlyMap<string, string> {
  return new Map([
    ['docs/configuration.md', configurationReference(kinds)],
    ['docs/schema/fettle.schema.json', editorSchema(ConfigSchema)],
    ['docs/schema/model.schema.json', editorSchema(modelSchema(kinds))],
    ['docs/schema/assets.schema.json', editorSchema(AssetsSchema)],
    ['docs/schema/desk.schema.json', editorSchema(PresetSchema)],
  ]);
}

/** docs/configuration.md. */
function configurationReference(kinds: RuleKinds): string {
  const sections = [INTRODUCTION, configPart(), MODELS, modelPart(kinds), rulesPart(kinds), assetsPart()];
  return `${sections.join('\n\n')}\n`;
}

const INTRODUCTION = `<!-- Generated from the schemas in src/config: change those, then run: npm run build && node dist/src/config/generate.js -->

# Configuration

Fettle reads \`fettle.yaml\` from the folder it is started in, or the file named by \`--config\` or \`FETTLE_CONFIG\`. No option has to
be given. \`fettle check\` lists every mistake with its file, line and what would be valid; \`fettle check --connect\` also tries the
servers. The [sample](../fettle.yaml) shows every option.

- **Environment.** Each option with a variable is also read from it; the variable wins over the file. An empty variable counts as
  not set. An unknown variable that begins with \`FETTLE_\` is a mistake.
- **Secrets in files.** A variable with *or \`…_FILE\`* beside it has a twin of that ending, which names a file that holds the value, as
  Compose and Kubernetes mount secrets: \`FETTLE_API_KEY_FILE=/run/secrets/api-key\`. One newline at the end of the file does not count.
- **Durations** are a number with one of \`ms\`, \`s\`, \`m\`, \`h\`, \`d\`, \`w\`: \`90s\`, \`15m\`, \`30d\`.
- **Sizes** are a number of bytes, or a number with one of \`KB\`, \`MB\`, \`GB\` (steps of 1000), \`KiB\`, \`MiB\`, \`GiB\` (steps of 1024).
- **Paths** that are not absolute count from the folder of the configuration file.
- **Ids** have 1 to 128 printable characters and never change.
- An option without a value counts as left out. In the tables, *required* inside a map or a list means: where that is given.

Editors that know the YAML language server complete and check the files that begin with a line such as
\`# yaml-language-server: $schema=docs/schema/fettle.schema.json\`; there are schemas for [the configuration](schema/fettle.schema.json),
[models](schema/model.schema.json), [assets](schema/assets.schema.json) and [presets of desks](schema/desk.schema.json).`;

function configPart(): string {
  return `## fettle.yaml\n\n${table(optionRows(ConfigSchema), variableOf)}`;
}

const MODELS = `## Asset models

One YAML file a model, in the folder \`models\`. Ids never change: history, tickets and metrics refer to them. The component id
\`asset\` is reserved; rules of the asset as a whole stand under \`asset:\`.`;

function modelPart(kinds: RuleKinds): string {
  return table(optionRows(modelSchema(kinds), '', ['components[].rules', 'asset.rules']));
}

function rulesPart(kinds: RuleKinds): string {
  const shared = ruleSchema(kinds).anyOf.flatMap((branch) => optionRows(branch as TObject));
  const first = [...new Map(shared.map((row) => [row.path, row])).values()];
  const common = first.filter((row) => SHARED_RULE_FIELDS.includes(row.path.split('.')[0] ?? ''));
  const kindRow = (row: OptionRow): OptionRow =>
    row.path === 'kind' ? { ...row, form: [...kinds.keys()].join(', '), description: 'See below.' } : row;
  const parts = [...kinds.values()].map(
    ({ kind, summary, params }) => `#### ${kind}\n\n${summary}\n\n${table(optionRows(params))}`,
  );
  return [
    '### Rules',
    'Every rule has these; the rest depends on its kind.',
    table(common.map(kindRow)),
    ...parts,
  ].join('\n\n');
}

function assetsPart(): string {
  const columns = [...CSV_COLUMNS].map(([column, path]) => `| \`${column}\` | \`${formatPath(path)}\` |`);
  const components = COMPONENT_COLUMNS.map(
    (column) => `| \`${column}\` | \`${column.replace('component.', 'components.')}\` |`,
  );
  return `## Assets

\`assets.yaml\` holds one list, \`assets\`. Each entry:

${table(optionRows(AssetSchema))}

A date such as \`2024-05-01\` is its start in UTC; a time needs a zone, as in \`2024-05-01T08:30:00+08:00\`.

### CSV

The file \`assets\` may also be CSV, and the API imports CSV: UTF-8, a header, an asset a row, separated by comma, semicolon or tab. Only
\`id\`, \`model\` and \`site\` are needed. An empty cell counts as absent. Columns:

| column | option |
|---|---|
${[...columns, ...components].join('\n')}`;
}

function table(rows: readonly OptionRow[], variable?: (row: OptionRow) => string): string {
  const head = ['option', 'value', 'default', ...(variable ? ['variable'] : []), 'meaning'];
  const lines = rows.map((row) => [
    code(row.path),
    row.form,
    row.required ? 'required' : code(row.fallback),
    ...(variable ? [variable(row)] : []),
    row.description,
  ]);
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');
}

const variables = new Map([...VARIABLES].map(([name, { path }]) => [path.join('.'), name]));

function variableOf(row: OptionRow): string {
  const name = variables.get(row.path);
  return FILE_VARIABLES.has(`${name}_FILE`) ? `${code(name)} or \`…_FILE\`` : code(name);
}

function code(text: string | undefined): string {
  return text === undefined ? '' : `\`${text}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').trim();
}
