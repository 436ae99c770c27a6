/** What `fw init` can write: a kind of host, or the files of one pipeline. Both are folders of `templates/`, never code. */
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
