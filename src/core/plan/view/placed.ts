/** Where something was written. Lines and columns count from 1. */
export type Source = { readonly file: string; readonly start: { readonly line: number; readonly column?: number } };

export type PlacedDiagnostic = {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly summary: string;
  /** Words of another program and what to do, where there are some. */
  readonly detail: string;
  readonly range: DiagnosticRange | null;
};

/** A place under the names that Terraform gives it. */
export type DiagnosticRange = {
  readonly filename: string;
  readonly start: { readonly line: number; readonly column: number };
};
