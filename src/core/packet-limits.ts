import { type Limit, row } from './limit.ts';

/** Bounds on what fw finds out about traffic and about connections that run. */
export const PACKET_LIMITS = {
  trafficNodes: row(
    2_000_000,
    '',
    'nodes of the decision diagrams of one path, new or running connections',
    'what needs more is answered with "at most"; nodes are counted and not seconds, so that every machine says the same',
  ),
  trafficEntries: row(
    100_000,
    '',
    'entries of a set of which traffic is compared',
    'a larger set is an open question, and one that changes makes the paths that ask it not judged',
  ),
  trafficRegions: row(
    500,
    '',
    'regions of one path in documents and events of traffic',
    'a reader takes in far fewer; how many are left out is told',
  ),
  connections: row(
    100_000,
    '',
    'connections of one family of one namespace that fw reads from the conntrack table',
    'a table of the usual size has fewer; how many were not judged is told',
  ),
  connectionRules: row(
    5_000_000,
    '',
    'rules that the connections of one family may meet while they are judged: connections times rules',
    'a few seconds; how many connections were not judged is told',
  ),
  connectionsEnded: row(
    1_000,
    '',
    'connections that one apply ends',
    'the conntrack program reads the whole table for each; how many were left is told',
  ),
} as const satisfies Readonly<Record<string, Limit>>;
