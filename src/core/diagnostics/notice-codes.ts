import type { ProblemCode } from './problem-code.ts';

/** What a run found out about states, generations and live rules, and says as a warning. */
export const NOTICE_CODES = {
  'state.abandoned': {
    title: 'The state no longer speaks of what it declared before',
    severity: 'warning',
    why: 'What is not declared any more in a namespace or an exclusive table without a document stays.',
  },
  'state.moved': {
    title: 'The state was applied from another place, or under another name',
    severity: 'warning',
    why: 'It is taken for the same state.',
  },
  'state.rules-stay': {
    title: 'Rules of a table that is shared again stay',
    severity: 'warning',
    why: 'What stood there before the state took the table is not known.',
  },
  'state.shared-again': {
    title: 'Tables are shared with others again',
    severity: 'warning',
    why: 'They become what they were before the state took them, with what it declared then.',
  },
  'state.restored': {
    title: 'Tables become what they were before fw',
    severity: 'warning',
    why: 'Generation 0 knows what was there.',
  },
  'state.emptied': {
    title: 'Tables become empty',
    severity: 'warning',
    why: 'Generation 0 does not know what was there.',
  },
  'state.policy-stays': {
    title: 'A policy stays as the state set it',
    severity: 'warning',
    why: 'Neither generation 0 nor an older generation tells what it was.',
  },
  'rollback.namespace-gone': {
    title: 'A namespace of the generation does not exist any more',
    severity: 'warning',
    why: 'It is left out of the way back.',
  },
  'rollback.unknown-before': {
    title: 'What was there before fw is not known',
    severity: 'warning',
    why: 'An older version wrote there first; these tables and sets stay as they are.',
  },
  'import.left-out': {
    title: 'A table is no part of the imported state',
    severity: 'warning',
    why: 'It holds a rule that no state can hold, or rules that iptables-save does not show; no document declares it, so it stays as it is.',
  },
  'live.other-backend': {
    title: 'The other backend holds rules beside those that fw manages',
    severity: 'warning',
    why: 'Packets pass only where both let them.',
  },
  'live.neighbours': {
    title: 'Neighbour discovery of IPv6 that a flow may need is dropped',
    severity: 'warning',
    why: 'Where the other side of a flow of `reachable:` is on the same link, or this host is the router of one, its packets have no hardware address to go to.',
  },
  'live.other-states': {
    title: 'A plan from a file takes away what another state may have',
    severity: 'warning',
    why: 'The file tells rules, and not which states a data folder holds.',
  },
  'live.other-versions': {
    title: 'A snapshot was taken with other programs than those here',
    severity: 'warning',
    why: 'They may spell rules in another way.',
  },
  'live.path-mtu': {
    title: 'Messages that a connection needs are dropped',
    severity: 'warning',
    why: 'Small packets pass and large ones vanish: an SSH session or a flow of `reachable:` stalls.',
  },
  'live.unproven': {
    title: 'A table names what no scratch namespace has',
    severity: 'warning',
    why: 'Nothing proves that iptables-save shows it as it is, and a change of it cannot be rehearsed.',
  },
} as const satisfies Readonly<Record<string, ProblemCode>>;
