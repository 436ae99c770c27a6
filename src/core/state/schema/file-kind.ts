/** What a file of a state holds: documents, a whole iptables-save file, or what `ipset save` printed. */
export type FileKind = 'document' | 'rules' | 'sets';

/** Of the host, directly in the folder: what the services of Debian and of Red Hat's distributions keep in /etc/iptables and /etc/sysconfig. */
export const HOST_NAMES: ReadonlyMap<string, FileKind> = new Map([
  ['rules.v4', 'rules'],
  ['rules.v6', 'rules'],
  ['iptables', 'rules'],
  ['ip6tables', 'rules'],
  ['ipsets', 'sets'],
  ['ipset', 'sets'],
  ['sets.ipset', 'sets'],
]);

/** By the name of the file; undefined for one that is no part of a state. `isDirect`: it lies directly in the folder of the state, or is all of it. */
export function fileKind(name: string, isDirect: boolean): FileKind | undefined {
  if (/\.ya?ml$/.test(name)) return 'document';
  if (/\.rules$|^rules\.v[46]$/.test(name)) return 'rules';
  if (name === 'sets.ipset') return 'sets';
  return isDirect ? HOST_NAMES.get(name) : undefined;
}

/** Of a file that is known to be one of a state. */
export function kindOfPath(path: string): FileKind | undefined {
  return fileKind(path.slice(path.lastIndexOf('/') + 1), true);
}
