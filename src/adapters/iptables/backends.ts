import { basename } from 'node:path';
import type { Backend } from '../../core/rules/types.ts';
import type { Backends } from '../../ports/ports.ts';
import { run, searchPath } from '../process/exec.ts';
import { findProgram } from '../process/find-program.ts';
import { saveProgram } from '../process/programs.ts';

/** Every `iptables` that is a link to one of these is that backend; no program has to be started to know. */
const PROGRAMS: Readonly<Record<string, Backend>> = { 'xtables-nft-multi': 'nft', 'xtables-legacy-multi': 'legacy' };

/** Looks which backends are installed, and which one the plain name `iptables` means on this machine. */
export async function backends(): Promise<Backends> {
  const available = (['nft', 'legacy'] as const).filter(isInstalled);
  const plain = await plainBackend();
  const [only] = available;
  return { available, preferred: available.includes(plain) || only === undefined ? plain : only };
}

function isInstalled(backend: Backend): boolean {
  return findProgram(saveProgram(backend, 'ipv4'), searchPath()) !== undefined;
}

async function plainBackend(): Promise<Backend> {
  const program = findProgram('iptables', searchPath());
  const backend = program === undefined ? 'legacy' : PROGRAMS[basename(program)];
  // `iptables v1.8.9 (nf_tables)` or `(legacy)`; versions before 1.8 know only the latter and say nothing.
  return backend ?? ((await run('iptables', ['--version'])).stdout.includes('nf_tables') ? 'nft' : 'legacy');
}
