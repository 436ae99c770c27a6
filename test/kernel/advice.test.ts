import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DISK_FAULTS, makeDiskMachine } from '../support/disk-machine.ts';
import { makeSite } from '../support/fault-site.ts';
import { addNamespace, removeNamespace } from '../support/netns.ts';
import { killWatchdog } from '../support/programs.ts';

/** A text without the line ends that fit it to the screen. */
function flat(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

test('after a boot fw recover advises to load a generation only where there is one', () => {
  const site = makeSite('nft', { fresh: true });
  expect(site.fw('apply', '--auto-approve', '--confirm', '10m')).toMatchObject({ status: 0 });
  killWatchdog(site.data);
  removeNamespace(site.name);
  addNamespace(site.name);
  for (const name of readdirSync(join(site.data, 'journal'))) {
    const path = join(site.data, 'journal', name);
    writeFileSync(path, readFileSync(path, 'utf8').replace(/"boot":"[0-9a-f-]+"/, '"boot":"another"'));
  }
  const recovered = site.fw('recover');
  expect(recovered).toMatchObject({ status: 0, stdout: expect.stringContaining('was booted since') });
  expect(flat(recovered.stdout)).toContain('No generation is kept, so fw has nothing to load');
  expect(recovered.stdout).not.toContain('fw rollback');
  expect(site.fw('apply', '--auto-approve')).toMatchObject({ status: 0 });
});

test('advice names the data folder of the run, in warnings and in errors, as text and as JSON', () => {
  const site = makeSite('nft');
  const here = `--data-dir ${site.data}`;
  expect(flat(site.fw('confirm').stderr)).toContain(`See fw status ${here}.`);
  expect(site.fw('apply', '--auto-approve', '--confirm', '10m')).toMatchObject({ status: 0 });
  const second = site.fw('apply', '--auto-approve');
  expect(flat(second.stderr)).toContain(`fw confirm ${here}, take it back with fw confirm --reject ${here}`);
  expect(site.fw('apply', '--auto-approve', '--json').stdout).toContain(`fw confirm --reject ${here}`);
  expect(flat(site.fw('recover').stdout)).toContain(`Take it back: fw confirm --reject ${here}`);
  killWatchdog(site.data);
  expect(flat(site.fw('plan').stderr)).toContain(`Give it another: fw recover ${here}`);
  expect(flat(site.fw('confirm', '--reject').stdout)).toContain('rolled back and verified');
});

test('a confirmation that the disk does not take says that it goes back only while somebody brings it back', async () => {
  const site = makeSite('nft');
  const machine = await makeDiskMachine(site);
  try {
    expect(machine.fw('apply', '--auto-approve', '--confirm', '10m')).toMatchObject({ status: 0 });
    const [fault, mend] = DISK_FAULTS['a full disk'] ?? ['', ''];
    machine.sh(fault);
    expect(flat(machine.fw('confirm').stderr)).toContain('It goes back when its time is over.');
    killWatchdog(site.data);
    const unwatched = flat(machine.fw('confirm').stderr);
    expect(unwatched).not.toContain('It goes back when its time is over');
    expect(unwatched).toContain('Its watchdog is gone, so nothing brings it back: fw recover');
    expect(machine.fw('recover').stdout).toContain('has a watchdog again');
    expect(flat(machine.fw('confirm').stderr)).toContain('It goes back when its time is over.');
    machine.sh(mend);
    expect(machine.fw('confirm')).toMatchObject({ status: 0 });
  } finally {
    machine.end();
  }
});
