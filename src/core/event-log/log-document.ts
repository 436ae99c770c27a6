import type { LogEvent } from './types.ts';

/** `fw log --json`. */
export type LogDocument = {
  readonly format_version: '1.0';
  readonly kind: 'log';
  /** How many events are kept; `events` are the newest of them, oldest first. */
  readonly kept: number;
  readonly events: readonly LogEvent[];
};

export function logDocument(events: readonly LogEvent[], newest: number): LogDocument {
  return { format_version: '1.0', kind: 'log', kept: events.length, events: events.slice(-newest) };
}
