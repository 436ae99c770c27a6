import { placeScript } from '../rule/place-script.ts';

const HOST = 'host';
const MENTION = /^[ \t]*(?:- +)?namespace:(.*)$/gm;
const NAME = /[A-Za-z0-9_.-]+/g;

/**
 * The namespaces that state files seem to be about, found in a millisecond by their paths and by the lines that say `namespace:`. It is a
 * guess, good for beginning to read live rules while the state is still being parsed, and for nothing else: globs and lists over several
 * lines are not seen, and a name in a comment is. `existing` are the names under /run/netns, and no other name is answered, but `host`.
 */
export function guessNamespaces(
  root: string,
  files: readonly { readonly path: string; readonly text: string }[],
  existing: readonly string[],
): readonly string[] {
  const names = new Set(files.flatMap((file) => (isYaml(file.path) ? mentions(file.text) : placeOf(root, file.path))));
  const known = new Set([HOST, ...existing]);
  return [...names].filter((name) => known.has(name));
}

function isYaml(path: string): boolean {
  return path.endsWith('.yaml') || path.endsWith('.yml');
}

function mentions(text: string): readonly string[] {
  const lines = [...text.matchAll(MENTION)];
  return lines.length === 0 ? [HOST] : lines.flatMap(([, names = '']) => names.match(NAME) ?? []);
}

function placeOf(root: string, path: string): readonly string[] {
  const placed = placeScript(root, path);
  return 'problem' in placed ? [] : [placed.namespace];
}
