import { lstat, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FwError } from '../../core/diagnostics/errors.ts';
import { isTemplateName } from '../../core/state/as-written/template.ts';
import type { TemplateFiles } from '../../ports/ports.ts';
import type { ShippedFiles } from './shipped-files.ts';
import { readStateFile } from './state-files.ts';
import { leadsOut, openStateTrust } from './state-trust.ts';

/** Templates on disk. Those of the state are trusted as the state is; those that come with fw as fw itself. */
export function openTemplateFiles(options: {
  readonly allowUntrusted: boolean;
  readonly shipped: ShippedFiles;
}): TemplateFiles {
  return {
    async find(state, name) {
      if (!isTemplateName(name)) return undefined;
      for (const folder of await foldersOf(state)) {
        const path = join(folder, `${name}.yaml`);
        if (!(await isThere(path))) continue;
        if (isOutside(folder, path)) {
          throw new FwError('state.invalid', `${path} is a link that leads out of the folder of templates`, {
            next: 'Put the file itself there.',
          });
        }
        return readStateFile(path, openStateTrust(options));
      }
      return options.shipped.read(`templates/${name}.yaml`);
    },
    async names(state) {
      const own = await Promise.all((await foldersOf(state)).map(list));
      const files = [...own.flat(), ...(await options.shipped.list('templates'))];
      const names = files.filter((file) => file.endsWith('.yaml')).map((file) => file.slice(0, -'.yaml'.length));
      return [...new Set(names)].filter(isTemplateName).sort();
    },
  };
}

/** Of the state itself, and next to it. */
async function foldersOf(state: string | undefined): Promise<readonly string[]> {
  if (state === undefined) return [];
  const isFolder = await isFolderAt(state);
  const folder = isFolder ? state : dirname(state);
  const isNamed = !['', '.', '..', '/'].includes(basename(state));
  const above = isNamed ? dirname(state) : join(state, '..');
  return [join(folder, '_templates'), join(above, 'templates')];
}

function isOutside(folder: string, path: string): boolean {
  try {
    return leadsOut(folder, path);
  } catch {
    // Gone in between, or a circle of links: reading it says which.
    return false;
  }
}

/** What is there and cannot be read is an error, not a reason to take another file of that name. */
async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw new FwError('state.invalid', `${path} cannot be looked at: ${code ?? 'unknown reason'}`, { cause: error });
  }
}

async function isFolderAt(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

async function list(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}
