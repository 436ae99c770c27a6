import { FwError } from '../../core/diagnostics/errors.ts';
import type { Scaffold, ScaffoldFile, ScaffoldSort } from '../../core/scaffold/types.ts';
import { setNamespace, setSnapshotNamespace } from '../../core/scaffold/types.ts';
import type { Scaffolds } from '../../ports/file-ports.ts';

type InitOptions = {
  readonly folder: string;
  /** Name of a kind of host; undefined writes no state. */
  readonly kind: string | undefined;
  readonly pipelines: readonly string[];
  /** Network namespace that the state is for. */
  readonly namespace: string;
};

type Initialised = {
  /** Paths that were written, from the folder. */
  readonly files: readonly string[];
  /** Shared files that were there and were left as they are. */
  readonly kept: readonly string[];
  readonly next: readonly string[];
};

/** Writes a starter and the files of pipelines into a folder. Nothing is written when one of them is there already. */
export async function initFolder(scaffolds: Scaffolds, options: InitOptions): Promise<Initialised> {
  const kind = options.kind === undefined ? undefined : await readScaffold(scaffolds, 'kinds', options.kind);
  const pipelines: Scaffold[] = [];
  for (const name of new Set(options.pipelines)) pipelines.push(await readScaffold(scaffolds, 'pipelines', name));
  const state = (kind?.files ?? []).map((file) => inNamespace(file, options.namespace));
  const ofSnapshot = (file: ScaffoldFile) => ({ ...file, text: setSnapshotNamespace(file.text, options.namespace) });
  const files = [...state, ...pipelines.flatMap((pipeline) => pipeline.files).map(ofSnapshot)];
  const { written, kept } = await scaffolds.create(options.folder, files);
  const next = [kind, ...pipelines].flatMap((scaffold) => scaffold?.next ?? []);
  return { files: written, kept, next };
}

async function readScaffold(scaffolds: Scaffolds, sort: ScaffoldSort, name: string): Promise<Scaffold> {
  const found = await scaffolds.read(sort, name);
  if (found !== undefined) return found;
  const names = (await scaffolds.list(sort)).map((one) => one.name).join(', ');
  throw new FwError('usage', `${sort === 'kinds' ? '--kind' : '--with'} ${name}: there is only ${names}`);
}

function inNamespace(file: ScaffoldFile, namespace: string): ScaffoldFile {
  return file.path.endsWith('.yaml') ? { ...file, text: setNamespace(file.text, namespace) } : file;
}
