import type { SetStep } from './ipset/types.ts';

/** What happens to a set, in the words of documents and streams: one that another takes the place of changes. */
export function setAction({ change }: Pick<SetStep, 'change'>): 'create' | 'update' | 'delete' {
  if (change === 'create') return 'create';
  return change === 'destroy' ? 'delete' : 'update';
}
