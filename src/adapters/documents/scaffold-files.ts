import { constants } from 'node:fs';
import { lstat, mkdir, open, rmdir, unlink } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { FwError } from '../../core/diagnostics/errors.ts';
import type { Created, ScaffoldFile, ScaffoldSort } from '../../core/scaffold/types.ts';
import { ABOUT, parseAbout, targetPath } from '../../core/scaffold/types.ts';
import type { Scaffolds } from '../../ports/file-ports.ts';
import { isPrivileged } from '../host/capabilities.ts';
import { forCallerIn, giveFolder } from '../host/sudo-caller.ts';
import type { ShippedFiles } from '../state-files/shipped-files.ts';
import { describe, trustedUsers } from '../state-files/state-trust.ts';
import { findUnsafePath } from '../state-files/unsafe-path.ts';

const { O_CREAT, O_EXCL, O_WRONLY, O_NOFOLLOW } = constants;

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;
const SCHEMAS = ['state.schema.json', 'template.schema.json'];

/**
 * Scaffolds as they come with fw. A scaffold is `templates/kinds/NAME` or `templates/pipelines/NAME`: its files are there as they will be
 * in the folder of the user. What `templates/NAME` holds goes to the folder NAME: units and roles that are of use without `fw init` too.
 */
export function openScaffolds(options: {
  readonly allowUntrusted: boolean;
  readonly shipped: ShippedFiles;
}): Scaffolds {
  const { shipped } = options;
  return {
    async list(sort) {
      const names = (await shipped.list(`templates/${sort}`)).filter((name) => NAME.test(name));
      return Promise.all(names.map(async (name) => ({ name, ...(await about(shipped, sort, name)) })));
    },
    async read(sort, name) {
      const own = NAME.test(name) ? await shipped.below(`templates/${sort}/${name}`) : [];
      if (own.length === 0) return undefined;
      const beside = sort === 'kinds' ? [] : await shipped.below(`templates/${name}`);
      const files = [
        ...own.filter(({ path }) => path !== ABOUT),
        ...beside.map((file) => ({ ...file, path: `${name}/${file.path}` })),
      ].map((file) => ({ ...file, path: targetPath(file.path), shared: false }));
      const schemas = sort === 'kinds' ? await readSchemas(shipped) : [];
      return { name, ...(await about(shipped, sort, name)), files: [...files, ...schemas] };
    },
    create: (folder, files) => createFiles(folder, files, options),
  };
}

async function about(shipped: ShippedFiles, sort: ScaffoldSort, name: string) {
  return parseAbout(await textOf(shipped, `templates/${sort}/${name}/${ABOUT}`));
}

/** A copy beside the state serves an editor on every machine that has the repository, without network and without fw. */
async function readSchemas(shipped: ShippedFiles): Promise<readonly ScaffoldFile[]> {
  return Promise.all(
    SCHEMAS.map(async (name) => ({
      path: `state/_schemas/${name}`,
      text: await textOf(shipped, `schemas/${name}`),
      executable: false,
      shared: true,
    })),
  );
}

async function textOf(shipped: ShippedFiles, path: string): Promise<string> {
  const file = await shipped.read(path);
  if (file === undefined) throw new Error(`${path} is missing where fw is installed`);
  return file.text;
}

/**
 * Creates all files below a folder, mode 0600 or, executable, 0700, with the folders they need (0700). Throws `init.exists`, naming every
 * file that is there already, before it writes any; `state.untrusted` as root where others may write; `init.unwritable`, after it has
 * removed what it had written. Below the folder no link is followed, so that a planted one leads nowhere.
 */
export async function createFiles(
  folder: string,
  files: readonly ScaffoldFile[],
  options: { readonly allowUntrusted: boolean },
): Promise<Created> {
  const root = resolve(folder);
  if (!options.allowUntrusted && isPrivileged()) await refuseUnsafePath(root);
  const there = new Set<string>();
  for (const { path } of files) if (await isThere(join(root, path))) there.add(path);
  const clashes = files.filter(({ path, shared }) => there.has(path) && !shared).map(({ path }) => join(folder, path));
  if (clashes.length > 0) {
    const verb = clashes.length === 1 ? 'exists' : 'exist';
    throw new FwError('init.exists', `${clashes.join(', ')} ${verb}; nothing was written`);
  }
  const made: (() => Promise<void>)[] = [];
  try {
    await makeFolders(root, made);
    const written = files.filter(({ path }) => !there.has(path));
    for (const file of written) await create(root, file, made);
    return { written: written.map(({ path }) => path), kept: [...there] };
  } catch (cause) {
    for (const undo of made.reverse()) await undo().catch(() => {});
    if (cause instanceof FwError) throw cause;
    throw new FwError('init.unwritable', `cannot write to ${folder}`, { output: (cause as Error).message, cause });
  }
}

async function create(root: string, { path, text, executable }: ScaffoldFile, made: (() => Promise<void>)[]) {
  const at = join(root, path);
  await makeFolders(dirname(at), made, root);
  const file = await open(at, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, executable ? 0o700 : 0o600);
  made.push(() => unlink(at));
  try {
    await forCallerIn(dirname(at))(file);
    await file.writeFile(text);
  } finally {
    await file.close();
  }
}

/** Makes a folder and those above it; below `root` what is there must be a folder itself, not a link to one. */
async function makeFolders(path: string, made: (() => Promise<void>)[], root?: string): Promise<void> {
  if (path === root || dirname(path) === path) return;
  const found = await lstat(path).catch(() => undefined);
  if (found?.isSymbolicLink() === true && root !== undefined) {
    throw new FwError('init.unwritable', `${relative(process.cwd(), path)} is a link; fw init follows none`);
  }
  if (found !== undefined) return root === undefined ? undefined : makeFolders(dirname(path), made, root);
  await makeFolders(dirname(path), made, root);
  await mkdir(path, { mode: 0o700 });
  made.push(() => rmdir(path));
  await giveFolder(path, dirname(path));
}

/** Root writes no state where others could change it before root reads it. */
async function refuseUnsafePath(root: string): Promise<void> {
  let at = root;
  while (!(await isThere(at))) at = dirname(at);
  const trusted = { uids: trustedUsers(process.env), folders: new Set<string>() };
  const { found } = findUnsafePath(at, trusted, { isOnTheWay: at !== root });
  if (found === undefined) return;
  throw new FwError('state.untrusted', `${root} is no safe place for a state: ${describe(found)}`, {
    next: 'Name a folder that only root and the user behind sudo may write, or run fw init without privileges: it needs none.',
  });
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw new FwError('init.unwritable', `cannot look at ${path}`, { output: (error as Error).message, cause: error });
  }
}
