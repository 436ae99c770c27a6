import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { dataFolder } from '../support/fw.ts';
import { makeNamespace } from '../support/netns.ts';
import { BUILT, runBuilt } from '../support/run-built.ts';
import { stateFolder } from '../support/state-folder.ts';

const SCRIPTS = fileURLToPath(new URL('../../packaging/debian/', import.meta.url));

test.each(['prerm', 'postrm', 'postinst'])('%s is a script of a plain shell', (name) => {
  expect(spawnSync('sh', ['-n', join(SCRIPTS, name)], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  expect(spawnSync('shellcheck', [join(SCRIPTS, name)], { encoding: 'utf8' }).stdout).toBe('');
});

test('the package is not removed while an apply waits to be confirmed, and is upgraded', () => {
  const namespace = makeNamespace('deb');
  const cwd = stateFolder({
    'state/a.yaml': `namespace: ${namespace}\ntables:\n  filter:\n    OUTPUT:\n      - -p tcp --dport 22 -j ACCEPT\n`,
    'bin/none': '',
  });
  writeFileSync(join(cwd, 'bin/fw'), `#!/bin/sh\nexec "${process.execPath}" "${BUILT}" "$@"\n`, { mode: 0o755 });
  const data = dataFolder();
  const env = { PATH: `${join(cwd, 'bin')}:${process.env.PATH}`, FW_DATA_DIR: data };
  const prerm = (...words: readonly string[]) => {
    const { status, stderr } = spawnSync('sh', [join(SCRIPTS, 'prerm'), ...words], { env, encoding: 'utf8' });
    return { status, stderr };
  };
  expect(runBuilt(['apply', '--auto-approve', '--confirm', '10m', '--data-dir', data], { cwd }).status).toBe(0);
  const refused = prerm('remove');
  expect(refused).toMatchObject({ status: 1 });
  for (const words of ['Pending:', 'not removed', '  fw confirm\n', '  fw confirm --reject\n'])
    expect(refused.stderr).toContain(words);
  expect(prerm('upgrade', '0.2.0')).toEqual({ status: 0, stderr: '' });
  expect(runBuilt(['confirm', '--reject', '--data-dir', data]).status).toBe(0);
});
