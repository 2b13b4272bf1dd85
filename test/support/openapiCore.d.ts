/** The part of the linter that tests use; its own types would bring those of all it can read. */
declare module '@redocly/openapi-core' {
  interface LintConfig {
    readonly resolvedConfig: unknown;
  }
  interface LintProblem {
    readonly ruleId: string;
    readonly severity: 'error' | 'warn';
    readonly message: string;
    readonly location: readonly { readonly pointer?: string }[];
  }
  export function createConfig(options: {
    readonly extends: readonly string[];
    readonly rules: Readonly<Record<string, 'error' | 'warn' | 'off'>>;
  }): Promise<LintConfig>;
  export function lintFromString(options: {
    readonly source: string;
    readonly absoluteRef: string;
    readonly config: LintConfig;
  }): Promise<LintProblem[]>;
}
