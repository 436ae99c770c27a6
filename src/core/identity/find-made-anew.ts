import { namespaceLabel } from '../rules/namespace-label.ts';
import type { Namespace } from '../rules/types.ts';
import { isSame } from './place-of-run.ts';
import type { AppliedIn, Machine, MadeIn, NamespaceIdentity } from './types.ts';

/**
 * Why a name does not stand for the namespace that it stood for. `made anew`: `ip netns` gave the name to another one in the same boot. `other namespace`:
 * `host` is another one than where fw ran then, or names are looked up in another folder. `other boot`: of this machine or of another, which is not known.
 */
export type WhyAnew = 'made anew' | 'other namespace' | 'booted' | 'other boot' | 'other machine';

/** A namespace that is not the one that something was applied to, or planned for. It is shown to people; nothing is decided by it. */
export type Anew = {
  readonly namespace: Namespace;
  readonly why: WhyAnew;
  /** What is compared with: the apply of that journal, or a saved plan. */
  readonly since: { readonly at: string; readonly journal?: string };
};

/** With the generation of that apply; undefined for a saved plan, and for a generation that is not kept any more. */
export type AnewSince = Anew & { readonly generation: number | undefined };

/** What is compared with what is there now. */
export type SeenBefore = MadeIn & Pick<Anew['since'], 'at'> & Partial<Pick<AppliedIn, 'journal'>>;

/** The namespaces that a record is about and that must be looked at: those of another boot or machine are recognised by it alone. */
export function namespacesToSee(records: readonly SeenBefore[], here: Machine): readonly Namespace[] {
  return records
    .filter((record) => whyElsewhere(record, here) === undefined)
    .flatMap(({ namespaces }) => namespaces.map(({ namespace }) => namespace));
}

/**
 * What is not as the records have it, each namespace once for each reason, since the latest of them, and the namespaces of which `found`, which has those that are
 * there now, does not tell it.
 */
export function findAnew(
  records: readonly SeenBefore[],
  here: Machine,
  found: readonly NamespaceIdentity[],
): { readonly anew: readonly Anew[]; readonly open: readonly Namespace[] } {
  const now = new Map(found.map((one) => [keyOf(one.namespace), one]));
  const anew = new Map<string, Anew>();
  const open: Namespace[] = [];
  for (const record of records) {
    const since = { at: record.at, ...(record.journal === undefined ? {} : { journal: record.journal }) };
    const add = (namespace: Namespace, why: WhyAnew) => {
      const key = `${why} ${keyOf(namespace)}`;
      // Since a later apply says more than since an earlier one.
      if ((anew.get(key)?.since.at ?? '') < since.at) anew.set(key, { namespace, why, since });
    };
    const elsewhere = whyElsewhere(record, here);
    for (const was of record.namespaces) {
      const { namespace } = was;
      if (elsewhere !== undefined) {
        add(namespace, elsewhere);
        continue;
      }
      const is = now.get(keyOf(namespace));
      if (is === undefined) continue;
      const same = isSame(was, is);
      if (same === undefined) open.push(namespace);
      if (same === false) {
        add(namespace, namespace.kind === 'named' && record.folder === here.folder ? 'made anew' : 'other namespace');
      }
    }
  }
  return { anew: [...anew.values()], open };
}

function whyElsewhere(record: Machine, here: Machine): WhyAnew | undefined {
  const isKnown = record.machine !== undefined && here.machine !== undefined;
  if (isKnown && record.machine !== here.machine) return 'other machine';
  if (record.boot === here.boot) return undefined;
  return isKnown ? 'booted' : 'other boot';
}

function keyOf(namespace: Namespace): string {
  return `${namespace.kind} ${namespaceLabel(namespace)}`;
}
