import type { FastifySchemaCompiler } from 'fastify';
import { IsObject, type TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { TLocalizedValidationError } from 'typebox/error';
import { Settings } from 'typebox/system';
import { Value } from 'typebox/value';
import { type Fault, invalidRequest } from './errors.ts';
import { TIME_FORM } from './times.ts';

/** So many faults are named at once; the rest would be no help. */
Settings.Set({ maxErrors: 50 });

const ROOTS: Readonly<Record<string, string>> = { params: '/params', querystring: '/query', headers: '/headers' };

/**
 * Compiles the schema of one part of a request. Bodies are taken as they are; the text of queries, params and headers
 * becomes what the schema asks for. Names all faults of the part at once.
 */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const isBody = httpPart === undefined || httpPart === 'body';
  const root = ROOTS[httpPart ?? ''] ?? '/body';
  const variants = compileVariants(schema);
  return (input: unknown) => {
    const value = Value.Default(schema, isBody ? input : readText(schema, input));
    const { validator, fault } = variants(value);
    if (fault) return { error: invalidRequest([{ ...fault, path: root + fault.path }]) };
    if (validator.Check(value)) return { value };
    return { error: invalidRequest(describe(validator.Type(), validator.Errors(value), root)) };
  };
};

type Validator = ReturnType<typeof Compile<TSchema>>;
type Choice = { readonly validator: Validator; readonly fault?: Fault };

/** For a union told apart by `type`, picks the variant meant, so that only its faults are named. */
function compileVariants(schema: TSchema): (value: unknown) => Choice {
  const whole: Validator = Compile(schema);
  const variants = new Map(
    variantsOf(schema).map((variant) => [variant.properties.type.const, Compile(variant) as Validator]),
  );
  if (variants.size === 0) return () => ({ validator: whole });
  const expected = `must be one of ${[...variants.keys()].join(', ')}`;
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return { validator: whole, fault: NO_OBJECT };
    const validator = variants.get('type' in value ? value.type : undefined);
    return validator ? { validator } : { validator: whole, fault: { path: '/type', message: expected } };
  };
}

const NO_OBJECT: Fault = { path: '', message: 'must be an object' };

interface Variant extends TSchema {
  readonly properties: { readonly type: { readonly const: unknown } };
}

function variantsOf(schema: TSchema): readonly Variant[] {
  return 'anyOf' in schema && Array.isArray(schema.anyOf) ? (schema.anyOf as Variant[]) : [];
}

/** Turns the strings of a query into numbers, booleans and lists where the schema wants them; leaves what does not fit. */
function readText(schema: TSchema, input: unknown): unknown {
  if (!IsObject(schema) || typeof input !== 'object' || input === null) return input;
  const value: Record<string, unknown> = { ...input };
  for (const [name, property] of Object.entries(schema.properties)) {
    if (name in value) value[name] = readValue(property, value[name]);
  }
  return value;
}

function readValue(schema: TSchema, given: unknown): unknown {
  const type = 'type' in schema ? schema.type : undefined;
  if (typeof given !== 'string') return given;
  if (type === 'array') return given.split(',');
  if (type === 'boolean' && (given === 'true' || given === 'false')) return given === 'true';
  if ((type === 'number' || type === 'integer') && /^-?\d+(\.\d+)?$/.test(given)) return Number(given);
  return given;
}

function describe(schema: TSchema, errors: readonly TLocalizedValidationError[], root: string): Fault[] {
  return errors.flatMap((error) => faultsOf(schema, error, root + error.instancePath));
}

/** One error of the validator as faults that say where and what would be valid. */
function faultsOf(schema: TSchema, error: TLocalizedValidationError, path: string): Fault[] {
  switch (error.keyword) {
    case 'required':
      return error.params.requiredProperties.map((name) => ({
        path: `${path}/${pointerPart(name)}`,
        message: 'is missing',
      }));
    case 'additionalProperties':
      return error.params.additionalProperties.map((name) => ({
        path: `${path}/${pointerPart(name)}`,
        message: `is unknown${validNames(schema, error.instancePath)}`,
      }));
    case 'boolean':
      // The same unknown field again, from the schema `false` behind additionalProperties.
      return [];
    case 'enum':
      return [{ path, message: `must be one of ${error.params.allowedValues.join(', ')}` }];
    case 'const':
      return [{ path, message: `must be ${JSON.stringify(error.params.allowedValue)}` }];
    case 'format':
      return [{ path, message: `must be ${error.params.format === 'date-time' ? TIME_FORM : error.params.format}` }];
    default:
      return [{ path, message: error.message }];
  }
}

function validNames(schema: TSchema, instancePath: string): string {
  if (instancePath !== '' || !IsObject(schema)) return '';
  const names = Object.keys(schema.properties);
  return names.length === 0 ? '; none is taken here' : `; valid are ${names.join(', ')}`;
}

/** Escapes a name for a JSON pointer (RFC 6901). */
function pointerPart(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
