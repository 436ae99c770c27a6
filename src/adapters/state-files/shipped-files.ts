import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isBinary } from '../host/own-program.ts';

/** Templates and schemas that come with fw. Paths are seen from the folder in which fw is installed: `templates/nat-gateway.yaml`. */
export type ShippedFiles = {
  /** The names in a folder; none where there is no such folder. */
  readonly list: (folder: string) => Promise<readonly string[]>;
  /** All files in a folder and below it, with paths from there, sorted; none where there is no such folder. */
  readonly below: (folder: string) => Promise<readonly ShippedFile[]>;
  /** Undefined where there is none. `path` is what people are shown. */
  readonly read: (path: string) => Promise<{ readonly path: string; readonly text: string } | undefined>;
};

export type ShippedFile = { readonly path: string; readonly text: string; readonly executable: boolean };

/** Those that are in the single binary, or in the folder above that of the program that was started. */
export function openShippedFiles(program?: string): ShippedFiles {
  if (program === undefined && isBinary()) return inBinary(readAsset);
  return onDisk(() => packageFolder(program ?? process.argv[1] ?? ''));
}

/** Asked for only there: the first Node 20 has no such module. */
function readAsset(): readonly ShippedFile[] {
  return JSON.parse(process.getBuiltinModule('node:sea').getAsset('shipped.json', 'utf8'));
}

function onDisk(root: () => Promise<string>): ShippedFiles {
  const at = async (path: string) => join(await root(), path);
  return {
    list: async (folder) => namesIn(await at(folder)),
    below: async (folder) => filesBelow(await at(folder), ''),
    read: async (name) => {
      const path = await at(name);
      return (await isThere(path)) ? { path, text: await readFile(path, 'utf8') } : undefined;
    },
  };
}

/** The files of the binary are one document, in the order of `filesBelow`. */
export function inBinary(open: () => readonly ShippedFile[]): ShippedFiles {
  let opened: readonly ShippedFile[] | undefined;
  const files = () => (opened ??= open());
  const below = (folder: string) =>
    files().flatMap(({ path, ...file }) =>
      path.startsWith(`${folder}/`) ? [{ path: path.slice(folder.length + 1), ...file }] : [],
    );
  return {
    list: async (folder) => [...new Set(below(folder).map(({ path }) => path.split('/')[0] ?? ''))],
    below: async (folder) => below(folder),
    read: async (path) => {
      const text = files().find((file) => file.path === path)?.text;
      return text === undefined ? undefined : { path: `fw:${path}`, text };
    },
  };
}

/** The folder in which fw is installed: above the one of the program that was started, all links followed. */
async function packageFolder(program: string): Promise<string> {
  try {
    return dirname(dirname(await realpath(program)));
  } catch {
    return dirname(dirname(program));
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch {
    return [];
  }
}

async function filesBelow(folder: string, prefix: string): Promise<readonly ShippedFile[]> {
  const files: ShippedFile[] = [];
  for (const name of await namesIn(folder)) {
    const [from, path] = [join(folder, name), join(prefix, name)];
    const { mode, isFolder } = await look(from);
    if (isFolder) files.push(...(await filesBelow(from, path)));
    else files.push({ path, text: await readFile(from, 'utf8'), executable: (mode & 0o100) !== 0 });
  }
  return files;
}

async function look(path: string) {
  const found = await stat(path);
  return { mode: found.mode, isFolder: found.isDirectory() };
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}
