import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ABOUT, parseAbout } from '../../core/scaffold/about.ts';
import { targetPath } from '../../core/scaffold/target-path.ts';
import type { ScaffoldFile, ScaffoldSort } from '../../core/scaffold/types.ts';
import type { Scaffolds } from '../../ports/scaffold-ports.ts';
import { packageFolder } from '../state-files/package-folder.ts';
import { createFiles } from './create-files.ts';

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;
const SCHEMAS = ['state.schema.json', 'template.schema.json'];

/**
 * Scaffolds as they come with fw. A scaffold is `templates/kinds/NAME` or `templates/pipelines/NAME`: its files are there as they will be
 * in the folder of the user. What `templates/NAME` holds goes to the folder NAME: units and roles that are of use without `fw init` too.
 */
export function openScaffolds(options: { readonly allowUntrusted: boolean; readonly program: string }): Scaffolds {
  return {
    async list(sort) {
      const names = (await readdir(await folderOf(options.program, sort))).filter((name) => NAME.test(name)).sort();
      return Promise.all(names.map(async (name) => ({ name, ...(await about(options.program, sort, name)) })));
    },
    async read(sort, name) {
      const folder = await folderOf(options.program, sort);
      if (!NAME.test(name) || !(await isFolder(join(folder, name)))) return undefined;
      const own = await filesBelow(join(folder, name));
      const beside = sort === 'kinds' ? [] : await filesBelow(join(folder, '..', name), name);
      const schemas = sort === 'kinds' ? await readSchemas(options.program) : [];
      const files = [...own.filter(({ path }) => path !== ABOUT), ...beside, ...schemas];
      return { name, ...(await about(options.program, sort, name)), files };
    },
    create: (folder, files) => createFiles(folder, files, options),
  };
}

async function folderOf(program: string, sort: ScaffoldSort): Promise<string> {
  return join(await packageFolder(program), 'templates', sort);
}

async function about(program: string, sort: ScaffoldSort, name: string) {
  return parseAbout(await readFile(join(await folderOf(program, sort), name, ABOUT), 'utf8'));
}

/** A copy beside the state serves an editor on every machine that has the repository, without network and without fw. */
async function readSchemas(program: string): Promise<readonly ScaffoldFile[]> {
  const folder = join(await packageFolder(program), 'schemas');
  return Promise.all(
    SCHEMAS.map(async (name) => ({
      path: `state/_schemas/${name}`,
      text: await readFile(join(folder, name), 'utf8'),
      executable: false,
      shared: true,
    })),
  );
}

/** All files, sorted by path; none where there is no such folder. */
async function filesBelow(folder: string, prefix = ''): Promise<readonly ScaffoldFile[]> {
  if (!(await isFolder(folder))) return [];
  const entries = (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
  const files: ScaffoldFile[] = [];
  for (const entry of entries) {
    const [from, to] = [join(folder, entry.name), join(prefix, entry.name)];
    if (entry.isDirectory()) files.push(...(await filesBelow(from, to)));
    else files.push({ path: targetPath(to), ...(await readOne(from)), shared: false });
  }
  return files;
}

async function readOne(path: string) {
  const [text, { mode }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
  return { text, executable: (mode & 0o100) !== 0 };
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
