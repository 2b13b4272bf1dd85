import type * as schema from './schema.d.ts';

export type * from './schema.d.ts';

export type Operation = keyof schema.Operations;
export type Answer<O extends Operation> = schema.Operations[O] extends { answer: infer A } ? A : undefined;
export type Body<O extends Operation> = schema.Operations[O] extends { body: infer B } ? B : undefined;
export type Query<O extends Operation> = schema.Operations[O]['query'];
export type Params<O extends Operation> = schema.Operations[O]['params'];

/** A text that people read, in both languages. */
export interface LocalText {
  en: string;
  zh: string;
}
