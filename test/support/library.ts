import type { Baseline } from '../../src/core/counters/baseline.ts';
import type { Context } from '../../src/library/call.ts';
import { makeFirewall } from '../../src/library/firewall.ts';
import type { FirewallError } from '../../src/library/firewall-error.ts';
import type { Firewall, MemoryDocument } from '../../src/library/types.ts';
import type { BaselineStore } from '../../src/ports/record-ports.ts';
import type { MemoryHost } from './memory-ports/memory-host.ts';

/** A firewall of the library on a machine in memory. */
export function firewallOn(host: MemoryHost, more: Partial<Context> = {}): Firewall {
  return makeFirewall({
    ports: (report) => ({ ...host.start().ports, report }),
    within: (work) => work(),
    baselines: memoryBaselines(),
    fwVersion: '0.0.0',
    host: 'edge',
    operator: 'agent',
    where: ' --data-dir /srv/data',
    onEvent: undefined,
    signal: undefined,
    ...more,
  });
}

function memoryBaselines(): BaselineStore {
  const kept = new Map<string, Baseline>();
  return {
    open: async (reader) => ({
      read: async () => kept.get(reader),
      write: async (baseline) => void kept.set(reader, baseline),
      close: async () => {},
    }),
  };
}

/** A state in memory that accepts these ports of TCP in a namespace. */
export function accepting(namespace: string, ...ports: readonly number[]) {
  const rules = ports.map((port) => `      - -p tcp --dport ${port} -j ACCEPT\n`).join('');
  const text = `namespace: ${namespace}\ntables:\n  filter:\n    INPUT:\n${rules}`;
  const documents: readonly MemoryDocument[] = [{ path: 'ports.yaml', text }];
  return { name: 'agent', documents };
}

/** The error with which a call ends; throws where it does not. By its name, since the built library has a class of its own. */
export async function refusal(call: Promise<unknown>): Promise<FirewallError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error && error.name === 'FirewallError') return error as FirewallError;
    throw error;
  }
  throw new Error('it did not fail');
}
