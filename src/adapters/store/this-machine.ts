import { readFile, stat } from 'node:fs/promises';
import type { Machine } from '../../core/identity/types.ts';

/** The kernel makes a new one at every boot. */
const BOOT_ID = '/proc/sys/kernel/random/boot_id';
const MACHINE_ID = '/etc/machine-id';
const NETNS_FOLDER = '/run/netns';

export async function readBootId(): Promise<string> {
  return (await readFile(BOOT_ID, 'utf8')).trim();
}

/** This boot, this machine as far as it has a name, and the folder of namespace names that this process sees. */
export async function thisMachine(): Promise<Machine> {
  const [boot, machine, folder] = await Promise.all([readBootId(), readMachineId(), readFolder()]);
  return {
    boot,
    ...(machine === undefined ? {} : { machine }),
    ...(folder === undefined ? {} : { folder }),
  };
}

/** What is not one line of hexadecimal digits (an image says `uninitialized`) is no name. */
async function readMachineId(): Promise<string | undefined> {
  const text = (await readFile(MACHINE_ID, 'utf8').catch(() => '')).trim();
  return /^[0-9a-f]{32}$/.test(text) ? text : undefined;
}

async function readFolder(): Promise<string | undefined> {
  const found = await stat(NETNS_FOLDER).catch(() => undefined);
  return found === undefined ? undefined : `${found.dev}:${found.ino}`;
}
