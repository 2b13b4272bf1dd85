import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
  visit,
} from 'yaml';
import { formatPath, type Path, type Problem } from './problem.ts';

/** A parsed YAML document that knows where each of its values stands. */
export interface YamlFile {
  /** The document as plain values: null when it is empty, undefined when it can't be read. */
  readonly value: unknown;
  /** Mistakes in the YAML itself. */
  readonly problems: readonly Problem[];
  /** A problem at the value of `path` (or its key), or at what is nearest above it. */
  problemAt(path: Path, message: string, on?: 'key' | 'value'): Problem;
}

/** Reads YAML 1.2; reports every syntax error. `file` is only named, not opened. */
export function parseYaml(text: string, file: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const errors = [
    ...document.errors.map(({ pos, message }) => ({ offset: pos[0], message })),
    ...danglingAliases(document),
  ];
  return {
    value: errors.length > 0 ? undefined : document.toJS(),
    problems: errors.map(({ offset, message }) => ({
      ...at(offset),
      path: '',
      message: `is no valid YAML: ${message}`,
    })),
    problemAt(path, message, on = 'value') {
      const offset = offsetOf(document.contents, path, on, (node) => (isAlias(node) ? node.resolve(document) : node));
      return { ...(offset === undefined ? { file } : at(offset)), path: formatPath(path), message };
    },
  };
}

/** Aliases without an anchor before them, which the parser lets pass. */
function danglingAliases(document: Document.Parsed): { offset: number; message: string }[] {
  const found: { offset: number; message: string }[] = [];
  visit(document, {
    Alias(_key, alias) {
      if (alias.resolve(document) === undefined) {
        found.push({
          offset: startOf(alias) ?? 0,
          message: `there is no anchor &${alias.source} before *${alias.source}`,
        });
      }
    },
  });
  return found;
}

type Resolve = (node: unknown) => unknown;

function offsetOf(root: ParsedNode | null, path: Path, on: 'key' | 'value', resolve: Resolve): number | undefined {
  let node: unknown = root;
  let offset = startOf(root);
  for (const [index, key] of path.entries()) {
    const owner = resolve(node);
    if (isMap(owner)) {
      const pair = owner.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (!pair) break;
      node = pair.value;
      const wantsKey = on === 'key' && index === path.length - 1;
      offset = startOf((wantsKey ? undefined : node) ?? pair.key) ?? offset;
    } else if (isSeq(owner) && typeof key === 'number') {
      node = owner.items[key];
      offset = startOf(node) ?? offset;
    } else break;
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}
