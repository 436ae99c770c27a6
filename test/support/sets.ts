import { inNamespace } from './netns.ts';

/** Every set of a namespace as `ipset save` prints it, entries sorted, without what says only how the kernel keeps it. */
export function savedSets(name: string): readonly string[] {
  const { stdout } = inNamespace(name, 'ipset', ['save']);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/ (?:hashsize|bucketsize|initval) \S+/g, ''))
    .sort();
}

/** Makes sets as another program would; throws when they are refused. */
export function loadSets(name: string, text: string): void {
  const ran = inNamespace(name, 'ipset', ['restore'], text);
  if (ran.status !== 0) throw new Error(`load failed: ${ran.stderr}\n${text}`);
}
