import Type, { type TSchema, type TSchemaOptions } from 'typebox';
import { ID_FORM, isValidId } from '../domain/ids.ts';
import { DURATION_FORM, type Duration, formatDuration, parseDuration, SECOND } from '../domain/time.ts';

/*
 * The kinds of values that configuration files share. `form` says in messages and in the reference what would be
 * valid; `secret` keeps a value out of messages; `path` marks a path and says what must be there.
 */

export const SIZE_FORM = 'a number of bytes, or a number with one of KB, MB, GB, KiB, MiB, GiB, like 64MB';
const SIZE = '^\\d+(\\.\\d+)?\\s*(B|KB|MB|GB|KiB|MiB|GiB)?$';
const FACTORS: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
};

/** Text that is not empty. */
export const Text = (description: string, options: TSchemaOptions = {}) =>
  Type.String({ description, minLength: 1, ...options });

/** Text that never shows up in a message. */
export const Secret = (description: string) =>
  Type.String({ description, minLength: 1, form: 'text (in quotes if it is a number)', secret: true });

/** An id that holds in every store. */
export const Id = (description: string, options: TSchemaOptions = {}) =>
  Type.Refine(Type.String({ description, form: `an id: ${ID_FORM}`, ...options }), isValidId);

/** A span of time as people write it, decoded to milliseconds. */
export const Span = (description: string, fallback?: string, atLeast: Duration = 0) => {
  const form =
    atLeast > 0
      ? `${DURATION_FORM}, at least ${atLeast < SECOND ? `${atLeast} ms` : formatDuration(atLeast)}`
      : DURATION_FORM;
  const text = Type.String({
    description,
    form,
    pattern: '^\\d+(\\.\\d+)?\\s*(ms|s|min|m|h|d|w)$',
    ...(fallback === undefined ? {} : { default: fallback }),
  });
  const long = Type.Refine(text, (value) => (parseDuration(value) ?? -1) >= atLeast);
  return Type.Decode(long, (value): Duration => parseDuration(value) ?? Number.NaN);
};

/** A size, decoded to bytes. */
export const Size = (description: string, fallback: string) =>
  Type.Decode(
    Type.Union([Type.Integer({ minimum: 1 }), Type.String({ pattern: SIZE })], {
      description,
      form: SIZE_FORM,
      default: fallback,
    }),
    (value): number => (typeof value === 'number' ? value : bytes(value)),
  );

/** A whole number within bounds. */
export const Whole = (description: string, fallback: number, minimum: number, maximum?: number) =>
  Type.Integer({ description, default: fallback, minimum, ...(maximum === undefined ? {} : { maximum }) });

/** One of the names, or numbers. */
export const OneOf = <T extends string | number>(description: string, values: readonly T[], fallback?: T) =>
  Type.Enum([...values], { description, ...(fallback === undefined ? {} : { default: fallback }) });

export const Switch = (description: string, fallback: boolean) => Type.Boolean({ description, default: fallback });

/** An address with one of the schemes. It may hold a password, so messages do not repeat it. */
export const Address = (description: string, schemes: readonly string[], example: string) =>
  Type.Refine(
    Type.String({
      description,
      pattern: `^(${schemes.join('|')})://\\S+$`,
      form: `an address with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}, like ${example}`,
      secret: true,
    }),
    (value) => URL.canParse(value),
  );

/** What must be at a path: an existing file or folder; `any` for what is made when needed. */
export type PathKind = 'file' | 'folder' | 'any';

/** A path; one that is not absolute counts from the folder of the configuration file. */
export const FilePath = (description: string, kind: PathKind, fallback?: string) =>
  Text(description, { path: kind, ...(fallback === undefined ? {} : { default: fallback }) });

/** The kind of path that this schema asks for; undefined when it is none. */
export function pathKind(schema: TSchema): PathKind | undefined {
  return (schema as { path?: PathKind }).path;
}

/** Whether values of this schema are kept out of messages; they can also be given in a file. */
export function isSecret(schema: TSchema): boolean {
  return (schema as { secret?: boolean }).secret === true;
}

function bytes(text: string): number {
  const [, number, unit] = /^([\d.]+)\s*(\w*)$/.exec(text) ?? [];
  return Math.round(Number(number) * (FACTORS[unit || 'B'] ?? Number.NaN));
}
