import Type, { type TProperties } from 'typebox';

/** A group of options; a group that is absent has all its defaults. */
export const section = <P extends TProperties>(description: string, properties: P) =>
  Type.Object(properties, { additionalProperties: false, default: {}, description });
