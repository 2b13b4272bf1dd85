import { EXAMPLE_RESOURCES } from './exampleResources.ts';
import { type DocumentSchema, Examples } from './examples.ts';

interface Media {
  readonly schema?: DocumentSchema;
  example?: unknown;
  readonly examples?: unknown;
}
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema?: DocumentSchema;
  example?: unknown;
  readonly examples?: unknown;
}
interface Operation {
  readonly operationId?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses?: Readonly<Record<string, { readonly content?: Readonly<Record<string, Media>> }>>;
}
interface Document {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, DocumentSchema>> };
}

/** Gives every parameter, body and answer of the document an example, where it has none. */
export function addExamples(document: object): void {
  const { paths = {}, components = {} } = document as Document;
  const examples = new Examples(components.schemas ?? {}, EXAMPLE_RESOURCES);
  for (const operation of Object.values(paths).flatMap((path) => Object.values(path))) {
    const within = operation.operationId === undefined ? [] : [operation.operationId];
    for (const parameter of operation.parameters ?? []) add(parameter, parameter.name, within, examples);
    const contents = [operation.requestBody, ...Object.values(operation.responses ?? {})];
    for (const media of contents.flatMap((one) => Object.values(one?.content ?? {}))) add(media, '', within, examples);
  }
}

function add(holder: Media | Parameter, name: string, within: readonly string[], examples: Examples): void {
  if (!holder.schema || holder.example !== undefined || holder.examples !== undefined) return;
  holder.example = examples.of(holder.schema, name, within);
}
