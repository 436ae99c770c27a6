import { namespaceLabel } from '../rules/namespace-label.ts';
import type { BeforeFw, SetBefore, TableBefore } from './types.ts';

/** `unknown`: an older fw wrote there first and kept nothing. `left`: fw went back to it and has not written there since. */
type BeforeState = 'known' | 'unknown' | 'left';

/** `fw show 0 --json`: what was live before fw. */
type BeforeDocument = {
  readonly format_version: '1.0';
  readonly kind: 'before';
  readonly number: 0;
  readonly namespaces: readonly {
    readonly namespace: string;
    /** `before` is null where the table did not exist, or is not known. */
    readonly tables: readonly (Omit<TableBefore, 'isUnknown' | 'isLeft' | 'exclusiveAt'> & {
      readonly state: BeforeState;
    })[];
    readonly sets: readonly (Omit<SetBefore, 'isUnknown' | 'isLeft'> & { readonly state: BeforeState })[];
  }[];
};

export function beforeDocument({ namespaces }: BeforeFw): BeforeDocument {
  return {
    format_version: '1.0',
    kind: 'before',
    number: 0,
    namespaces: namespaces.map(({ namespace, tables, sets }) => ({
      namespace: namespaceLabel(namespace),
      tables: tables.map(withState),
      sets: sets.map(withState),
    })),
  };
}

function withState<One extends (TableBefore | SetBefore) & { readonly exclusiveAt?: string }>({
  isUnknown,
  isLeft,
  exclusiveAt,
  ...one
}: One) {
  const state: BeforeState = isUnknown ? 'unknown' : isLeft ? 'left' : 'known';
  return { ...one, state };
}
