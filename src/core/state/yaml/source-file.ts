/** A file that a person wrote, whole; `path` is what spans name. */
export type SourceFile = { readonly path: string; readonly text: string };
