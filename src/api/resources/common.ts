import { type Static, type TSchema, Type } from 'typebox';
import { ID_FORM, isValidId } from '../../domain/ids.ts';
import type { LocalText } from '../../domain/model.ts';
import { PRIORITIES } from '../../domain/ticket.ts';
import { parseTime, TIME_FORM } from '../times.ts';

/** A point in time as it stands in JSON. */
export function time(description?: string) {
  const options = { format: 'date-time', examples: ['2024-05-01T08:00:00.000Z'], ...(description && { description }) };
  return Type.Refine(
    Type.String(options),
    (text) => parseTime(text) !== undefined,
    () => `must be ${TIME_FORM}`,
  );
}

export const Time = time();

/** A point in time, or null when it lies beyond the horizon. */
export const TimeOrNull = Type.Unsafe<string | null>({ type: ['string', 'null'], format: 'date-time' });

/** An id that is to be registered. */
export const NewId = Type.Refine(
  Type.String({ minLength: 1, description: ID_FORM }),
  isValidId,
  () => `must be ${ID_FORM}`,
);

/** An id that is looked up. */
export const Id = Type.String({ minLength: 1, maxLength: 512 });

/** One of a fixed list of words. */
export function oneOf<const T extends readonly string[]>(words: T, options: object = {}) {
  return Type.Unsafe<T[number]>({ type: 'string', enum: words, ...options });
}

/** A query parameter that takes several words. */
export function severalOf<const T extends readonly string[]>(words: T, description: string) {
  const options = { description, minItems: 1, style: 'form', explode: false };
  return Type.Array(oneOf(words), options);
}

/** Text for people, in both languages. */
export const LocalTextSchema = Type.Object({ en: Type.String(), zh: Type.String() });

export function presentText(text: LocalText): LocalText {
  return { en: text.en, zh: text.zh };
}

/** A reference to a named schema, with its type. */
export function ref<T extends TSchema>(schema: T) {
  if (!('$id' in schema)) throw new TypeError('only a schema with an $id can be referred to');
  return Type.Unsafe<Static<T>>({ $ref: `${schema.$id}#` });
}

/** A named schema whose answer has these headers, for the documentation. */
export function withHeaders<T extends TSchema>(schema: T, ...names: (keyof typeof HEADERS)[]) {
  const headers = Object.fromEntries(names.map((name) => [name, { type: 'string', description: HEADERS[name] }]));
  return Type.Unsafe<Static<T>>({ ...ref(schema), headers });
}

const HEADERS = {
  ETag: 'Version of the ticket, for `If-Match`',
  Location: 'Address of what was made',
} as const;

/** The answer of a list. */
export function pageOfSchema<T extends TSchema>(item: T) {
  return Type.Object(
    {
      items: Type.Array(item),
      nextCursor: Type.Optional(Type.String({ description: 'Absent on the last page' })),
    },
    { description: 'A page of the list' },
  );
}

/** Query parameters of every list. */
export const PAGE_QUERY = {
  limit: Type.Integer({ minimum: 1, maximum: 500, default: 50 }),
  cursor: Type.Optional(Type.String({ description: '`nextCursor` of the page before', minLength: 1 })),
};

/** Query parameters, unknown ones refused. */
export function query<T extends Record<string, TSchema>>(properties: T) {
  return Type.Object(properties, { additionalProperties: false });
}

/** A JSON body, unknown fields refused. */
export function body<T extends Record<string, TSchema>>(properties: T, options: object = {}) {
  return Type.Object(properties, { additionalProperties: false, ...options });
}

/** Path parameters. */
export function params<T extends Record<string, TSchema>>(properties: T) {
  return Type.Object(properties);
}

/** A payload in JSON. */
export const PAYLOAD_FIELDS = {
  payload: Type.String({ maxLength: 1_000_000, description: 'As text, or as `encoding` says' }),
  encoding: oneOf(['utf-8', 'base64'], { default: 'utf-8', description: 'How `payload` stands for bytes' }),
};

export function payloadOf({ payload, encoding }: { payload: string; encoding: 'utf-8' | 'base64' }): Uint8Array {
  return Buffer.from(payload, encoding);
}

/** An answer without a body. */
export const Nothing = Type.Null({ description: 'Done' });

export const PrioritySchema = oneOf(PRIORITIES);

/** Without the fields that are undefined: an absent field stays absent. */
export function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
