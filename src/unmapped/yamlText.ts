const PLAIN = /^[\p{L}_°][\p{L}\p{N}_./°²³-]*$/u;
/** Words that YAML 1.1 or 1.2 take for something else than text. */
const TAKEN = /^(?:true|false|yes|no|on|off|null|y|n)$/i;

/** A text as a scalar of YAML that reads back as itself, also within braces; JSON's texts are YAML's. */
export function yamlText(text: string): string {
  return PLAIN.test(text) && !TAKEN.test(text) ? text : JSON.stringify(text);
}

const PLAIN_TOPIC = /^[\p{L}_$/][\p{L}\p{N}_./{}$+#-]*$/u;

/** A topic template as a scalar of YAML that stands by itself on its line. */
export function yamlTopic(topic: string): string {
  return PLAIN_TOPIC.test(topic) && !TAKEN.test(topic) ? topic : JSON.stringify(topic);
}

/** A text in a comment: on one line. */
export function yamlComment(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}

/** `{ a: 1, b: c }`. */
export function yamlMap(fields: Readonly<Record<string, string | number>>): string {
  const items = Object.entries(fields).map(
    ([key, value]) => `${yamlText(key)}: ${typeof value === 'number' ? value : yamlText(value)}`,
  );
  return `{ ${items.join(', ')} }`;
}
