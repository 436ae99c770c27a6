import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Family } from '../../rules/types.ts';
import { quote } from '../yaml/quote.ts';

/** Names of whole iptables-save files. The last two are what Debian's iptables-persistent uses. */
const SCRIPT_FAMILIES: ReadonlyMap<string, Family> = new Map([
  ['ipv4.rules', 'ipv4'],
  ['ipv6.rules', 'ipv6'],
  ['rules.v4', 'ipv4'],
  ['rules.v6', 'ipv6'],
]);

type Placed = { readonly namespace: string; readonly family: Family };

/** Directly in the folder these are the host's: `/etc/iptables` has them so. */
const DEBIAN_NAMES: ReadonlySet<string> = new Set(['rules.v4', 'rules.v6']);

/**
 * Namespace and family of an iptables-save file, by its path: ROOT/NAMESPACE/ipv4.rules. When the state is this one file, its folder
 * means nothing and the rules are the host's; so are ROOT/rules.v4 and ROOT/rules.v6.
 */
export function placeScript(root: string, path: string): Placed | { readonly problem: Diagnostic } {
  const folder = root.replace(/\/+$/, '');
  // What is not below the root is seen from it: a document in memory.
  const below = path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;
  const inner = path === root ? [path.split('/').at(-1) ?? ''] : below.split('/');
  const isHosts = inner.length === 1 && (path === root || DEBIAN_NAMES.has(inner[0] ?? ''));
  const parts = isHosts ? ['host', ...inner] : inner;
  const [namespace = '', name = ''] = parts;
  const family = SCRIPT_FAMILIES.get(name);
  if (parts.length === 2 && family !== undefined) return { namespace, family };
  const stray = parts.length === 1 ? 'lies in no folder' : parts.length > 2 ? 'lies too deep' : undefined;
  const problem: Diagnostic = {
    severity: 'error',
    code: 'state.script-name',
    message:
      stray === undefined
        ? `The name ${quote(name)} does not say which family the rules are for`
        : `A whole iptables-save file that ${stray} does not say which namespace it is for`,
    span: { file: path, start: 0, end: 0 },
    hint: `Call it ${placeFor(folder, path === root)}.`,
  };
  return { problem };
}

function placeFor(folder: string, isFile: boolean): string {
  return isFile
    ? 'ipv4.rules, ipv6.rules, rules.v4 or rules.v6'
    : `${folder}/NAMESPACE/ipv4.rules or ${folder}/NAMESPACE/ipv6.rules; the host's folder is \`host\``;
}
