/**
 * How the form of a file is described, once: `check-shape.ts` checks files against it and the JSON Schema for editors is made from it.
 * `about` is a sentence for people who hover over the key.
 */
export type Shape =
  | {
      readonly kind: 'text';
      readonly about: string;
      readonly choices?: readonly string[];
      readonly pattern?: Pattern;
    }
  | { readonly kind: 'list'; readonly about: string; readonly of: Shape }
  | {
      readonly kind: 'record';
      readonly about: string;
      readonly keys: Keys;
      readonly required?: readonly string[];
      /** Exactly one of these keys must be there, and beside it only the keys that it lists. */
      readonly oneOf?: Readonly<Record<string, readonly string[]>>;
    }
  | {
      readonly kind: 'map';
      readonly about: string;
      /** What one key names, such as `table`. */
      readonly names: string;
      readonly choices?: readonly string[];
      /** Of the keys. */
      readonly pattern?: Pattern;
      readonly of: Shape;
    }
  /** Told apart by the kind of YAML value; at most one shape of each kind. */
  | { readonly kind: 'either'; readonly about: string; readonly of: readonly Shape[] }
  /** A key that this version refuses, because ignoring it would change what the document means. */
  | { readonly kind: 'unsupported'; readonly about: string };

/** A whole-text pattern and what it asks for, in words. */
export type Pattern = { readonly source: string; readonly wants: string };

export type Keys = Readonly<Record<string, Shape>>;
