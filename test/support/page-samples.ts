import { readFileSync } from 'node:fs';

/** What a page shows between fences after `<!-- file PATH -->` and `<!-- output NAME -->`. */
export function samplesOf(page: URL): {
  readonly files: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
} {
  const text = readFileSync(page, 'utf8');
  const found = [...text.matchAll(/^<!-- (file|output) (\S+) -->\n```\w+\n(.*?)^```$/gms)];
  const those = (kind: string) =>
    Object.fromEntries(found.filter(([, is]) => is === kind).map(([, , name, sample]) => [name, sample ?? '']));
  return { files: those('file'), outputs: those('output') };
}
