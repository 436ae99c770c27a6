import type { Diagnostic } from '../diagnostic.ts';
import { nearest } from '../nearest.ts';
import { matchesGlob } from '../ownership/matches-glob.ts';
import { quote } from './quote.ts';
import type { Written } from './written.ts';

export const HOST = 'host';

/** Names as `ip netns` makes them, less those that a path or an option could be mistaken for. */
const NAME = /^[A-Za-z0-9_.][A-Za-z0-9_.-]{0,63}$/;
const GLOB = /^[A-Za-z0-9_.*?[][A-Za-z0-9_.*?[\]!-]{0,63}$/;

/**
 * The namespaces that written names and globs stand for, each once, in the order written. `existing` are the names under /run/netns;
 * undefined leaves globs as they are, for checks that must not depend on the machine.
 */
export function resolveNamespaces(
  written: readonly Written<string>[],
  existing: readonly string[] | undefined,
): { readonly names: readonly string[]; readonly diagnostics: readonly Diagnostic[] } {
  const names = new Set<string>(written.length === 0 ? [HOST] : []);
  const diagnostics: Diagnostic[] = [];
  for (const one of written) {
    const resolved = resolve(one, existing);
    for (const name of resolved.names) names.add(name);
    if (resolved.problem !== undefined) diagnostics.push({ ...resolved.problem, span: one.span });
  }
  return { names: [...names], diagnostics };
}

type Resolved = { readonly names: readonly string[]; readonly problem?: Diagnostic };

function resolve({ value }: Written<string>, existing: readonly string[] | undefined): Resolved {
  if (value === HOST) return { names: [HOST] };
  const isGlob = /[*?[]/.test(value);
  if (isGlob ? !GLOB.test(value) : !isNamespaceName(value)) return { names: [], problem: notAName(value) };
  if (existing === undefined) return { names: [value] };
  if (!isGlob) return existing.includes(value) ? { names: [value] } : { names: [], problem: missing(value, existing) };
  const names = existing.filter((name) => name !== HOST && isNamespaceName(name) && matchesGlob(value, name));
  return names.length > 0 ? { names } : { names, problem: emptyGlob(value) };
}

/** Whether a network namespace that fw works with may be called so. */
export function isNamespaceName(name: string): boolean {
  return NAME.test(name) && name !== '.' && name !== '..';
}

function notAName(value: string): Diagnostic {
  return {
    severity: 'error',
    code: 'state.namespace-name',
    message: `${quote(value)} cannot be the name of a namespace`,
    hint: 'Write `host`, a name under /run/netns (at most 64 letters, digits, `.`, `_` and `-`), or a glob such as `qrouter-*`.',
  };
}

function missing(value: string, existing: readonly string[]): Diagnostic {
  const near = nearest(value, existing);
  const some = existing.slice(0, 5).join(', ');
  const all = existing.length > 5 ? `${some} and ${existing.length - 5} more` : some;
  const there = existing.length === 0 ? 'There is none on this machine' : `There are: ${all}`;
  return {
    severity: 'error',
    code: 'env.no-namespace',
    message: `There is no namespace named ${quote(value)}`,
    hint: near === undefined ? `${there}.` : `Did you mean \`${near}\`? ${there}.`,
  };
}

function emptyGlob(value: string): Diagnostic {
  return {
    severity: 'warning',
    code: 'state.glob-empty',
    message: `No namespace matches ${quote(value)}`,
    hint: 'Rules of this document that go nowhere else are not used.',
  };
}
