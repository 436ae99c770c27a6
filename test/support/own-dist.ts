import { cpSync, mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BUILT } from './run-built.ts';
import { stateFolder } from './state-folder.ts';

/** An installation of its own, which a test may take away while fw runs. */
export function ownDist(): { readonly built: string; readonly takeAway: () => void } {
  const folder = stateFolder({});
  const [from, to] = [dirname(BUILT), join(folder, 'dist')];
  mkdirSync(to);
  cpSync(from, to, { recursive: true });
  cpSync(join(dirname(from), 'package.json'), join(folder, 'package.json'));
  return { built: join(to, 'fw.cjs'), takeAway: () => renameSync(to, join(folder, 'gone')) };
}
