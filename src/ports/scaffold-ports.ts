import type { Created, Scaffold, ScaffoldFile, ScaffoldSort, ScaffoldSummary } from '../core/scaffold/types.ts';

/**
 * The starters that come with fw: all that `fw init` asks of the machine. `read` is undefined where there is none of that name; what
 * `create` throws stands at createFiles.
 */
export type Scaffolds = {
  list(sort: ScaffoldSort): Promise<readonly ScaffoldSummary[]>;
  read(sort: ScaffoldSort, name: string): Promise<Scaffold | undefined>;
  create(folder: string, files: readonly ScaffoldFile[]): Promise<Created>;
};
