import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Family } from '../../rules/types.ts';
import { HOST_NAMES } from '../schema/file-kind.ts';
import { quote } from '../yaml/quote.ts';

/** Names of whole iptables-save files: our own, those of Debian's iptables-persistent, and those of Red Hat's iptables-services. */
const SCRIPT_FAMILIES: ReadonlyMap<string, Family> = new Map([
  ['ipv4.rules', 'ipv4'],
  ['ipv6.rules', 'ipv6'],
  ['rules.v4', 'ipv4'],
  ['rules.v6', 'ipv6'],
  ['iptables', 'ipv4'],
  ['ip6tables', 'ipv6'],
]);

type Placed = { readonly namespace: string; readonly family: Family };

/**
 * Namespace and family of an iptables-save file, by its path: ROOT/NAMESPACE/ipv4.rules. When the state is this one file, its folder
 * means nothing and the rules are the host's; so are ROOT/rules.v4, ROOT/iptables and the like.
 */
export function placeScript(root: string, path: string): Placed | { readonly problem: Diagnostic } {
  const parts = partsOf(root, path);
  const [namespace = '', name = ''] = parts;
  const family = SCRIPT_FAMILIES.get(name);
  if (parts.length === 2 && family !== undefined) return { namespace, family };
  return { problem: misplaced(parts, path, 'iptables-save', placeFor(withoutSlash(root), path === root)) };
}

/** The namespace of a file of `ipset save`, by its path: ROOT/NAMESPACE/sets.ipset, or one of the host's names directly in the folder. */
export function placeSets(
  root: string,
  path: string,
): { readonly namespace: string } | { readonly problem: Diagnostic } {
  const parts = partsOf(root, path);
  const [namespace = ''] = parts;
  if (parts.length === 2) return { namespace };
  return { problem: misplaced(parts, path, 'ipset-save', `${withoutSlash(root)}/NAMESPACE/sets.ipset`) };
}

function withoutSlash(root: string): string {
  return root.replace(/\/+$/, '');
}

/** Namespace and name of a file that is where it should be. */
function partsOf(root: string, path: string): readonly string[] {
  const folder = withoutSlash(root);
  // What is not below the root is seen from it: a document in memory.
  const below = path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;
  const inner = path === root ? [path.split('/').at(-1) ?? ''] : below.split('/');
  const isHosts = inner.length === 1 && (path === root || HOST_NAMES.has(inner[0] ?? ''));
  return isHosts ? ['host', ...inner] : inner;
}

function misplaced(parts: readonly string[], path: string, program: string, place: string): Diagnostic {
  const stray = parts.length === 1 ? 'lies in no folder' : parts.length > 2 ? 'lies too deep' : undefined;
  return {
    severity: 'error',
    code: 'state.script-name',
    message:
      stray === undefined
        ? `The name ${quote(parts[1] ?? '')} does not say which family the rules are for`
        : `A whole ${program} file that ${stray} does not say which namespace it is for`,
    span: { file: path, start: 0, end: 0 },
    hint: `Call it ${place}.`,
  };
}

function placeFor(folder: string, isFile: boolean): string {
  return isFile
    ? 'ipv4.rules, ipv6.rules, rules.v4 or rules.v6'
    : `${folder}/NAMESPACE/ipv4.rules or ${folder}/NAMESPACE/ipv6.rules; the host's folder is \`host\``;
}
