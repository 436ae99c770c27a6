import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stateFolder } from '../support/state-folder.ts';

test('systemd takes the boot unit without a remark', () => {
  const text = readFileSync(new URL('../../templates/systemd/fw-boot.service', import.meta.url), 'utf8');
  const path = join(stateFolder({}), 'fw-boot.service');
  // fw is not installed on the machine that runs the tests; every other word of the unit is.
  writeFileSync(path, text.replace('/usr/local/bin/fw', '/bin/true'));
  const ran = spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' });
  expect(ran).toMatchObject({ status: 0, stderr: '' });
});
