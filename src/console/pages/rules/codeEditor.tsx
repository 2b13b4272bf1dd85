import {
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  completionKeymap,
} from '@codemirror/autocomplete';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { minimalSetup } from 'codemirror';
import { useEffect, useRef } from 'preact/hooks';
import { type Schema, suggest } from './completion';

export interface Place {
  readonly line: number;
  readonly column: number;
}

interface CodeEditorProps {
  readonly label: string;
  /** What to begin with. Another object replaces what is in the editor; what is typed comes by `onChange` alone. */
  readonly given: { readonly text: string };
  readonly onChange: (value: string) => void;
  readonly problems: readonly { readonly line?: number; readonly column?: number; readonly message: string }[];
  readonly schema: Schema | undefined;
  /** The caret goes there, each time it is another object. */
  readonly goTo: Place | undefined;
}

/** Its name is in the language of the page, which may change while there is text in it. */
const NAME = new Compartment();
const named = (label: string) => EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' });

const COLOURS = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--accent)' },
  { tag: tags.string, color: 'var(--good)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--warning)' },
  { tag: tags.comment, color: 'var(--muted)', fontStyle: 'italic' },
]);

const LOOKS = EditorView.theme({
  '&': { color: 'var(--text)', backgroundColor: 'var(--surface)', height: '100%', fontSize: '0.875rem' },
  '&.cm-focused': { outline: '3px solid var(--accent)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55' },
  '.cm-content': { caretColor: 'var(--text)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-gutters': { backgroundColor: 'var(--sunken)', color: 'var(--muted)', borderRight: '1px solid var(--line)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--accent-soft)',
  },
  '.cm-tooltip': {
    backgroundColor: 'var(--raised)',
    color: 'var(--text)',
    border: '1px solid var(--line-strong)',
    borderRadius: '6px',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--accent)',
    color: 'var(--on-accent)',
  },
  '.cm-completionInfo': { maxWidth: '22rem', padding: '0.4rem 0.6rem' },
  '.cm-diagnostic': { padding: '0.3rem 0.6rem' },
});

/**
 * A YAML editor with completion and problems in their places. It lives in a shadow tree: there its styles are adopted
 * style sheets, which a policy without inline styles lets be.
 */
export default function CodeEditor({ label, given, onChange, problems, schema, goTo }: CodeEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const told = useRef(onChange);
  told.current = onChange;
  const known = useRef(schema);
  known.current = schema;

  useEffect(() => {
    const root = host.current!.shadowRoot ?? host.current!.attachShadow({ mode: 'open' });
    const editor = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: given.text,
        extensions: [
          lineNumbers(),
          lintGutter(),
          keymap.of(completionKeymap),
          minimalSetup,
          bracketMatching(),
          indentOnInput(),
          EditorView.lineWrapping,
          yaml(),
          syntaxHighlighting(COLOURS),
          autocompletion({ icons: false, override: [(context) => completions(context, known.current)] }),
          LOOKS,
          NAME.of(named(label)),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) told.current(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, []);

  useEffect(() => view.current!.dispatch({ effects: NAME.reconfigure(named(label)) }), [label]);

  useEffect(() => {
    const editor = view.current!;
    const present = editor.state.doc.toString();
    if (present === given.text) return;
    editor.dispatch({ changes: { from: 0, to: present.length, insert: given.text } });
  }, [given]);

  useEffect(() => {
    const { state } = view.current!;
    view.current!.dispatch(
      setDiagnostics(
        state,
        problems.map((problem) => diagnosticOf(state, problem)),
      ),
    );
  }, [problems]);

  useEffect(() => {
    if (!goTo) return;
    const editor = view.current!;
    const anchor = offsetOf(editor.state, goTo);
    editor.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) });
    editor.focus();
  }, [goTo]);

  return <div class="code-editor" ref={host} />;
}

function offsetOf({ doc }: EditorState, { line, column }: Place): number {
  const found = doc.line(Math.min(Math.max(1, line), doc.lines));
  return Math.min(found.from + column - 1, found.to);
}

/** From its place to the end of the line; at the top where it has none. */
function diagnosticOf(
  state: EditorState,
  { line = 1, column = 1, message }: { readonly line?: number; readonly column?: number; readonly message: string },
): Diagnostic {
  const from = offsetOf(state, { line, column });
  return { from, to: state.doc.lineAt(from).to, severity: 'error', message };
}

function completions({ state, pos, explicit }: CompletionContext, schema: Schema | undefined): CompletionResult | null {
  const text = state.doc.toString();
  const found = schema && suggest(text.slice(0, pos), text.slice(pos), schema);
  if (!found || found.options.length === 0 || (!explicit && found.word === '')) return null;
  return {
    from: pos - found.word.length,
    options: found.options.map(({ label, kind, about }) => ({
      label,
      type: kind === 'key' ? 'property' : 'enum',
      apply: kind === 'key' ? `${label}: ` : label,
      ...(about !== undefined && { info: about }),
    })),
    validFor: /^[\w-]*$/,
  };
}
