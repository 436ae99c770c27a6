import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { followTooBig } from '../packets/follow-session.ts';
import { endsOf } from '../packets/packet.ts';
import type { SshConnection } from '../packets/ssh-connection.ts';
import { tableSteps } from '../plan/in-order.ts';
import type { StandingTable } from '../plan/standing-tables.ts';
import type { Plan } from '../plan/types.ts';
import { sessionSides } from './session-sides.ts';
import { TOO_BIG } from './too-big.ts';

/**
 * A warning where a plan makes the SSH session lose the messages by which it learns what the way takes: it is told only where they are proved to be dropped after
 * the plan and were not before.
 */
export function warnSessionTooBig(
  plan: Plan,
  standing: readonly StandingTable[],
  ssh: SshConnection | undefined,
): readonly Diagnostic[] {
  const ends = ssh === undefined ? undefined : endsOf(ssh);
  if (ssh === undefined || ends === undefined) return [];
  // lo takes packets of any size.
  if (typeof ends.link === 'object' && ends.link.name === 'lo') return [];
  const { family } = ends.client;
  const { before, after, isChanged } = sessionSides(tableSteps(plan), standing, family);
  if (!isChanged) return [];
  const was = followTooBig(before, ssh);
  const lost = followTooBig(after, ssh).find(({ evaluation }) => evaluation.verdict === 'drop');
  if (lost === undefined || was.some(({ evaluation }) => evaluation.verdict === 'drop')) return [];
  const { ending } = lost.evaluation;
  const rule =
    ending.position === undefined
      ? `policy of ${lost.table} ${ending.chain}`
      : `${lost.table} ${ending.chain} ${ending.position}`;
  return [
    {
      severity: 'warning',
      code: 'live.path-mtu',
      message: `Your SSH session loses ${TOO_BIG[family].what}: they are dropped by ${rule}`,
      hint: TOO_BIG[family].hint,
    },
  ];
}
