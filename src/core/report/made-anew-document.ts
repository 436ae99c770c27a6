import type { AnewSince, WhyAnew } from '../identity/find-made-anew.ts';
import type { MadeIn } from '../identity/types.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';

/** A namespace that is not the one that was applied to, or planned for. */
export type AnewDocument = {
  readonly namespace: string;
  readonly why: 'made_anew' | 'other_namespace' | 'booted' | 'other_boot' | 'other_machine';
  /** Since a saved plan was made, or since an apply that was kept. */
  readonly since: 'plan' | 'generation';
  /** Number of that apply; null for a plan, and for a generation that is not kept any more. */
  readonly generation: number | null;
  /** When it was made: UTC, ISO 8601. */
  readonly at: string;
};

/** Where a saved plan was made. */
export type MadeInDocument = {
  readonly boot: string;
  readonly machine: string | null;
  readonly namespaces: readonly {
    readonly namespace: string;
    readonly cookie: string | null;
    readonly file: string | null;
  }[];
};

const WORDS: Readonly<Record<WhyAnew, AnewDocument['why']>> = {
  'made anew': 'made_anew',
  'other namespace': 'other_namespace',
  booted: 'booted',
  'other boot': 'other_boot',
  'other machine': 'other_machine',
};

export function anewDocuments(anew: readonly AnewSince[]): readonly AnewDocument[] {
  return anew.map(({ namespace, why, since: { at, journal }, generation }) => ({
    namespace: namespaceLabel(namespace),
    why: WORDS[why],
    since: journal === undefined ? 'plan' : 'generation',
    generation: generation ?? null,
    at,
  }));
}

export function madeInDocument({ boot, machine, namespaces }: MadeIn): MadeInDocument {
  return {
    boot,
    machine: machine ?? null,
    namespaces: namespaces.map(({ namespace, cookie, file }) => ({
      namespace: namespaceLabel(namespace),
      cookie: cookie ?? null,
      file: file ?? null,
    })),
  };
}
