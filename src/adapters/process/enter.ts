import type { Namespace } from '../../core/rules/types.ts';

export const NETNS_FOLDER = '/run/netns';

/**
 * Names that fw accepts for a network namespace. They are checked again here, at the last place before a path is built from one:
 * no slash, no leading dash, no `.` or `..`.
 */
const NAME = /^(?!\.{1,2}$)[A-Za-z0-9_.][A-Za-z0-9_.-]{0,63}$/;

export function isNamespaceName(name: string): boolean {
  return NAME.test(name);
}

/** A namespace that may be kept open: `path` then leads to the open file, whatever its name stands for by now. */
export type PlacedNamespace = Namespace & { readonly path?: string };

/** The file by which a named namespace is entered. */
export function pathOf({ name, path }: Extract<PlacedNamespace, { readonly kind: 'named' }>): string {
  if (!isNamespaceName(name)) throw new Error(`not a namespace name: ${JSON.stringify(name)}`);
  return path ?? `${NETNS_FOLDER}/${name}`;
}

/** The command line that runs a program in a namespace: directly for the host, through nsenter for a named one. */
export function enter(
  namespace: PlacedNamespace,
  file: string,
  args: readonly string[],
): readonly [string, readonly string[]] {
  if (namespace.kind === 'host') return [file, args];
  return ['nsenter', [`--net=${pathOf(namespace)}`, '--', file, ...args]];
}
