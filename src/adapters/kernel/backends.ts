import type { Backend } from '../../core/ruleset/types.ts';
import type { Backends } from '../../ports.ts';
import { run } from './exec.ts';
import { saveProgram } from './programs.ts';

/** Looks which backends are installed, and which one the plain name `iptables` means on this machine. */
export async function backends(): Promise<Backends> {
  const [nft, legacy, plain] = await Promise.all([
    isInstalled('nft'),
    isInstalled('legacy'),
    run('iptables', ['--version']),
  ]);
  const available: Backend[] = [...(nft ? (['nft'] as const) : []), ...(legacy ? (['legacy'] as const) : [])];
  // `iptables v1.8.9 (nf_tables)` or `(legacy)`; versions before 1.8 know only the latter and say nothing.
  const preferred: Backend = plain.stdout.includes('nf_tables') ? 'nft' : 'legacy';
  const [only] = available;
  return { available, preferred: available.includes(preferred) || only === undefined ? preferred : only };
}

async function isInstalled(backend: Backend): Promise<boolean> {
  const ran = await run(saveProgram(backend, 'ipv4'), ['--version']);
  return ran.problem !== 'missing';
}
