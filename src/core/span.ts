/** A stretch of a file that a person wrote. Offsets are UTF-16 units from the start of the file; `end` is exclusive. */
export type Span = { readonly file: string; readonly start: number; readonly end: number };

/** Text of every file that spans point into, by the `file` of the span. Lines and columns are computed only when shown. */
export type Sources = ReadonlyMap<string, string>;
