/** A stretch of a file that a person wrote. Offsets are UTF-16 units from the start of the file; `end` is exclusive. */
export type Span = {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  /** For a place that stands for something else there: a template, or a rule with values in it. */
  readonly expanded?: Expansion;
};

/** Through which uses of templates something came to be, and with which values. */
export type Expansion = {
  /** Innermost first; the last one stands in a state document. */
  readonly calls: readonly Span[];
  readonly values: readonly GivenValue[];
};

/** What a name stood for, and where that was written. */
export type GivenValue = { readonly name: string; readonly text: string; readonly span: Span };

/** Text of every file that spans point into, by the `file` of the span. Lines and columns are computed only when shown. */
export type Sources = ReadonlyMap<string, string>;
