import type { Probe } from './types.ts';

/** What a check tries, as messages name it. */
export function probeLabel(probe: Probe): string {
  switch (probe.kind) {
    case 'tcp':
      return `tcp ${probe.host.includes(':') ? `[${probe.host}]` : probe.host}:${probe.port}`;
    case 'http':
      return probe.status === undefined ? probe.url : `${probe.url} (status ${probe.status})`;
    case 'command':
      return probe.words.map((word) => (/^[A-Za-z0-9_./:=@%+,-]+$/.test(word) ? word : `'${word}'`)).join(' ');
    default:
      return probe satisfies never;
  }
}
