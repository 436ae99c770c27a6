import type { AboutNames, OddNamespace } from '../../desired/odd-namespace.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { nearest } from '../../diagnostics/nearest.ts';
import { LIMITS } from '../../limits.ts';
import { matchesGlob } from '../../rules/matches-glob.ts';
import type { Written } from '../as-written/written.ts';
import { quote } from '../yaml/quote.ts';

export const HOST = 'host';

/** Names as `ip netns` makes them, less those that a path or an option could be mistaken for. */
const NAME = /^[A-Za-z0-9_.][A-Za-z0-9_.-]*$/;
const GLOB = /^[A-Za-z0-9_.*?[][A-Za-z0-9_.*?[\]!-]*$/;

/**
 * The namespaces that written names and globs stand for, each once, in the order written. `existing` are the names under /run/netns;
 * undefined leaves globs as they are, for checks that must not depend on the machine. A glob leaves out what else is there, with a
 * warning.
 */
export function resolveNamespaces(
  written: readonly Written<string>[],
  existing: readonly string[] | undefined,
  about: AboutNames = {},
): { readonly names: readonly string[]; readonly diagnostics: readonly Diagnostic[] } {
  const names = new Set<string>(written.length === 0 ? [HOST] : []);
  const diagnostics: Diagnostic[] = [];
  for (const one of written) {
    const resolved = resolve(one, existing, about);
    for (const name of resolved.names) names.add(name);
    for (const problem of resolved.problems ?? []) diagnostics.push({ ...problem, span: one.span });
  }
  return { names: [...names], diagnostics };
}

type Resolved = { readonly names: readonly string[]; readonly problems?: readonly Diagnostic[] };

function resolve(
  { value }: Written<string>,
  existing: readonly string[] | undefined,
  { odd = [], remedy = (name) => `ip netns add ${name}` }: AboutNames,
): Resolved {
  if (value === HOST) return { names: [HOST], problems: leftOutBy(value, odd) };
  const isGlob = /[*?[]/.test(value);
  if (isGlob ? !(value.length <= LIMITS.namespaceName.most && GLOB.test(value)) : !isNamespaceName(value))
    return { names: [], problems: [notAName(value)] };
  if (existing === undefined) return { names: [value] };
  if (!isGlob) {
    if (existing.includes(value)) return { names: [value] };
    const isDead = odd.some(({ name }) => name === value);
    return { names: [], problems: [isDead ? dead(value) : missing(value, existing, remedy(value))] };
  }
  const names = existing.filter((name) => name !== HOST && isNamespaceName(name) && matchesGlob(value, name));
  const left = leftOutBy(value, odd);
  return { names, problems: names.length > 0 ? left : [...left, emptyGlob(value)] };
}

/** Warnings of entries under /run/netns that a glob does not mean although it matches them, or that `host` does not mean. */
export function leftOutBy(pattern: string, odd: readonly OddNamespace[]): readonly Diagnostic[] {
  if (pattern !== HOST && !/[*?[]/.test(pattern)) return [];
  const isMeant = pattern === HOST ? ({ why }: OddNamespace) => why === 'host' : () => true;
  return odd.filter((one) => isMeant(one) && matchesGlob(pattern, one.name)).map((one) => leftOut(pattern, one));
}

/** Whether a network namespace that fw works with may be called so. */
export function isNamespaceName(name: string): boolean {
  return name.length <= LIMITS.namespaceName.most && NAME.test(name) && name !== '.' && name !== '..';
}

function notAName(value: string): Diagnostic {
  return {
    severity: 'error',
    code: 'state.namespace-name',
    message: `${quote(value)} cannot be the name of a namespace`,
    hint: 'Write `host`, a name under /run/netns (at most 64 letters, digits, `.`, `_` and `-`), or a glob such as `qrouter-*`.',
  };
}

function missing(value: string, existing: readonly string[], remedy: string): Diagnostic {
  const near = nearest(value, existing);
  const some = existing.slice(0, 5).join(', ');
  const all = existing.length > 5 ? `${some} and ${existing.length - 5} more` : some;
  const there = existing.length === 0 ? 'There is none' : `There are: ${all}`;
  const make = `To have it: ${remedy}`;
  return {
    severity: 'error',
    code: 'env.no-namespace',
    message: `There is no namespace named ${quote(value)}`,
    hint: near === undefined ? `${there}. ${make}` : `Did you mean \`${near}\`? ${there}. ${make}`,
  };
}

/** What `ip netns` leaves behind when it dies half-way. */
function dead(value: string): Diagnostic {
  return {
    severity: 'error',
    code: 'env.no-namespace',
    message: `/run/netns/${value} is no network namespace, but a file that was left there`,
    hint: `Remove it and make the namespace: ip netns del ${value}; ip netns add ${value}`,
  };
}

const LEFT_OUT: Readonly<Record<OddNamespace['why'], { readonly what: string; readonly hint: string }>> = {
  'no namespace': {
    what: 'it is no network namespace, but a file that was left there',
    hint: 'Where nothing needs it, remove it with ip netns del.',
  },
  name: {
    what: 'fw does not take such a name',
    hint: 'Its rules stay as they are. Names have at most 64 letters, digits, `.`, `_` and `-`, and do not begin with `-`.',
  },
  host: {
    what: '`host` is the namespace in which fw runs, and this is another one',
    hint: 'Its rules stay as they are. fw works with it under any other name: `ip netns attach NAME PID`, or make it anew.',
  },
};

function leftOut(glob: string, { name, why }: OddNamespace): Diagnostic {
  return {
    severity: 'warning',
    code: 'state.namespace-left-out',
    message: `${quote(glob)} leaves ${quote(name)} under /run/netns out: ${LEFT_OUT[why].what}`,
    hint: LEFT_OUT[why].hint,
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
