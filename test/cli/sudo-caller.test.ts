import { chmodSync, chownSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataFolder } from '../support/fw.ts';
import { runBuilt } from '../support/run-built.ts';
import { stateFolder } from '../support/state-folder.ts';

const CALLER = 65_533;
const SUDO = { SUDO_UID: String(CALLER), SUDO_GID: String(CALLER) };

/** Owners of all that is below a folder. */
function owners(folder: string): ReadonlySet<number> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return new Set(names.map((name) => statSync(join(folder, name)).uid));
}

function run(words: readonly string[], cwd: string) {
  const ran = runBuilt([...words, '--data-dir', dataFolder()], { cwd, env: SUDO });
  expect(ran, ran.stderr).toMatchObject({ status: 0 });
}

test("what fw init and fw import write by sudo into a folder of the caller is the caller's, and root's elsewhere", () => {
  const rules = '*filter\n:INPUT DROP [0:0]\n-A INPUT -i lo -j ACCEPT\nCOMMIT\n';
  const [theirs, roots] = [stateFolder({}), stateFolder({})];
  chmodSync(theirs, 0o755);
  chownSync(theirs, CALLER, CALLER);
  for (const folder of [theirs, roots]) {
    run(['init', 'edge', '--kind', 'host'], folder);
    writeFileSync(join(folder, 'rules.v4'), rules);
    chownSync(join(folder, 'rules.v4'), statSync(folder).uid, statSync(folder).gid);
    run(['import', '--from', 'rules.v4', '--state', 'deep/imported'], folder);
  }
  expect(owners(theirs)).toEqual(new Set([CALLER]));
  expect(owners(roots)).toEqual(new Set([0]));
});
