import type { Connections, Outcome } from '../types/traffic.ts';

type End = Pick<Outcome, 'verdict' | 'to'>;

/**
 * Whether packets of connections that run pass as before and only go elsewhere. nat asks of these only the first packet of one that is RELATED, which most rulesets let pass wherever it
 * goes: a port that is forwarded anew takes it along, and opens nothing more by that.
 */
export function isSentElsewhere(connections: Connections, was: End, will: End): boolean {
  return connections === 'running' && was.verdict === 'accept' && will.verdict === 'accept' && was.to !== will.to;
}
