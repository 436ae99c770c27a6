import type { Routes } from '../../core/connections/find-ways.ts';
import { parseRoutes } from '../../core/connections/parse-routes.ts';
import type { ListTarget } from '../../ports/ports.ts';
import { enter } from '../process/enter.ts';
import { run } from '../process/exec.ts';

/** Asks for the rules of policy routing and the routes of many addresses by one `ip -batch`, which goes on behind what it refuses. */
export async function askRoutes({ namespace, family }: ListTarget, addresses: readonly string[]): Promise<Routes> {
  if (addresses.length === 0) return new Map();
  const input = ['rule show\n', ...addresses.map((address) => `route get ${address}\n`)].join('');
  const version = family === 'ipv4' ? '-4' : '-6';
  const ran = await run(...enter(namespace, 'ip', [version, '-force', '-json', '-batch', '-']), { input });
  return parseRoutes(ran.stdout);
}
