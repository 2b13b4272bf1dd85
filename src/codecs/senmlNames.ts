import type { CodecSections } from '../domain/source.ts';
import type { SectionProblem } from './codec.ts';

/** What a record's name says; either may be missing. */
export interface SenmlName {
  readonly subject?: string;
  readonly metric?: string;
}

/** Undefined for a name that is not of the declared form. */
export type NameReader = (name: string) => SenmlName | undefined;

/** A longer name is none. */
const MAX_NAME = 512;

/** RFC 9039: what comes after the first identifier are parts of the device, by `_`, or what the sender put behind it. */
const DEVICE_URN = /^urn:dev:[^:/_]+:[^:/_]+/;

const PLACEHOLDERS = /(\{subject\}|\{metric\})/;

/**
 * How names are read. By the source's form, if it declares one: text with {subject} and {metric}, or one of them; the
 * first takes as much as it can. Without one a name is split at its last `/` or `:`; of a device URN (RFC 9039) the
 * device stays whole, and its part after `_` is the metric. A name with nothing to split at is the metric.
 */
export function nameReader(form: string | undefined): NameReader {
  if (form === undefined) return (name) => (name.length > MAX_NAME ? undefined : split(name));
  const pattern = new RegExp(`^${form.split(PLACEHOLDERS).map(partOfPattern).join('')}$`, 's');
  return (name) => {
    const found = name.length > MAX_NAME ? undefined : pattern.exec(name);
    return found?.groups;
  };
}

/** What is wrong with the options of SenML. */
export function checkSenml({ senml }: CodecSections): SectionProblem[] {
  const message = senml?.name === undefined ? undefined : flawOf(senml.name);
  return message === undefined ? [] : [{ path: ['senml', 'name'], message }];
}

function flawOf(form: string): string | undefined {
  const parts = form.split(PLACEHOLDERS);
  const used = parts.filter((part) => PLACEHOLDERS.test(part));
  const rest = parts.filter((part) => !PLACEHOLDERS.test(part)).join('');
  if (used.length === 0 || /[{}]/.test(rest)) return `"${form}" needs {subject}, {metric} or both, and no other braces`;
  if (new Set(used).size < used.length) return `"${form}" names ${used[0]} twice`;
  return form.includes('}{') ? `"${form}" needs a text between its two placeholders` : undefined;
}

function partOfPattern(part: string): string {
  if (part === '{subject}') return '(?<subject>.+)';
  if (part === '{metric}') return '(?<metric>.+)';
  return part.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

function split(name: string): SenmlName {
  const device = DEVICE_URN.exec(name)?.[0].length ?? 0;
  if (device === name.length) return { subject: name };
  const at = Math.max(name.lastIndexOf('/'), name.lastIndexOf(':'), device === 0 ? -1 : device);
  if (at === -1) return { metric: name };
  const [subject, metric] = [name.slice(0, at), name.slice(at + 1)];
  return { ...(subject !== '' && { subject }), ...(metric !== '' && { metric }) };
}
