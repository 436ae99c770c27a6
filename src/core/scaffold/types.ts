import { shellWord } from '../text/shell-word.ts';

/** The file of a scaffold that describes it and is not copied. */
export const ABOUT =
  'about.txt'; /** What `fw init` can write: a kind of host, or the files of one pipeline. Both are folders of `templates/`, never code. */
export type ScaffoldSort = 'kinds' | 'pipelines';

/** One file of a scaffold. `path` is relative to the folder that `fw init` fills. */
export type ScaffoldFile = {
  readonly path: string;
  readonly text: string;
  readonly executable: boolean;
  /** What several scaffolds share: one that is there already is left as it is. Any other file that exists is an error. */
  readonly shared: boolean;
};

export type ScaffoldSummary = {
  readonly name: string;
  /** One line for a list. */
  readonly title: string;
};

export type Scaffold = ScaffoldSummary & {
  /** What its user does next, one line each; lines that begin with `$ ` are commands. */
  readonly next: readonly string[];
  readonly files: readonly ScaffoldFile[];
};

/** Paths of a scaffold, from the folder that was filled: what was written, and shared files that were there and stay as they are. */
export type Created = { readonly written: readonly string[]; readonly kept: readonly string[] };

/** The first line of an about.txt is the title, the rest, without blank lines, what to do next. */
export function parseAbout(text: string): { readonly title: string; readonly next: readonly string[] } {
  const [title = '', ...next] = text.split('\n').filter((line) => line.trim() !== '');
  return { title, next };
}

/**
 * Where a file of a scaffold goes. A name that begins with `dot-` stands for one that begins with a dot, which packagers and tools
 * would leave out or obey where the template is.
 */
export function targetPath(path: string): string {
  return path
    .split('/')
    .map((part) => part.replace(/^dot-/, '.'))
    .join('/');
}

/** A starter for another network namespace than the host. Every document of a starter has the line `namespace: host`. */
export function setNamespace(text: string, name: string): string {
  // Names such as 123 and true are other things to YAML than texts.
  const isText = /^[A-Za-z_]/.test(name) && !/^(true|false|null)$/i.test(name);
  return text.replaceAll(/^namespace: host$/gm, () => `namespace: ${isText ? name : `'${name}'`}`);
}

/** The files of a pipeline that takes a snapshot of the host, for another namespace. */
export function setSnapshotNamespace(text: string, name: string): string {
  return text.replaceAll('fw snapshot --namespace host', () => `fw snapshot --namespace ${shellWord(name)}`);
}

/** What a user typed who was shown a numbered list: a name, its number, or nothing of the list. */
export function pickKind(kinds: readonly ScaffoldSummary[], typed: string): string | undefined {
  const word = typed.trim();
  return kinds.find(({ name }, at) => name === word || String(at + 1) === word)?.name;
}
