import { FAMILY, TABLES, USES, VALUES } from './rule-shape.ts';
import { SETS } from './set-shape.ts';
import type { Shape } from './shape.ts';
import { STATE_NAME } from './state-name.ts';

export type { Keys, Shape } from './shape.ts';

const RETRIES = { source: '[0-9]|1[0-9]|20', wants: 'a number from 0 to 20' };
const UP_TO_A_MINUTE = '[1-9][0-9]{0,3}ms|[1-5][0-9]{4}ms|60000ms|[1-9]s|[1-5][0-9]s|60s|1m';

export const CHECK = {
  kind: 'record',
  about: 'a check',
  keys: {
    tcp: {
      kind: 'text',
      about: 'A TCP connection that must be accepted: HOST:PORT, with `[...]` around an IPv6 address.',
    },
    http: { kind: 'text', about: 'A URL that must answer, http or https; redirects are not followed.' },
    status: {
      kind: 'text',
      about: 'The status that the URL must answer with; any 2xx unless set.',
      pattern: { source: '[2-5][0-9]{2}', wants: 'a number from 200 to 599' },
    },
    command: {
      kind: 'list',
      about:
        'A program that must end with exit code 0: its absolute path and its arguments, a list. No shell reads it.',
      of: { kind: 'text', about: 'The absolute path of the program, or an argument.' },
    },
    from: { kind: 'text', about: 'Where it is tried: a name under /run/netns, or `host` (default).' },
    retries: { kind: 'text', about: 'Further tries after the first one; 2 unless set.', pattern: RETRIES },
    timeout: {
      kind: 'text',
      about: 'Time for one try; 5s unless set.',
      pattern: { source: UP_TO_A_MINUTE, wants: 'a time such as `500ms` or `2s`, at most 60s' },
    },
    wait: {
      kind: 'text',
      about: 'Time between two tries; 1s unless set.',
      pattern: { source: `0|0s|0ms|${UP_TO_A_MINUTE}`, wants: '`0`, or a time such as `500ms` or `2s`, at most 60s' },
    },
    name: {
      kind: 'text',
      about: 'What messages call the check.',
      pattern: {
        source: '[^\\u0000-\\u001f\\u007f-\\u009f]{1,60}',
        wants: '1 to 60 characters, none of them a control character',
      },
    },
  },
} as const satisfies Shape;

const NAMESPACE: Shape = { kind: 'text', about: '`host`, a name under /run/netns, or a glob such as `qrouter-*`.' };

/** The form of a state document. */
export const DOCUMENT = {
  kind: 'record',
  about: 'a state document',
  keys: {
    namespace: {
      kind: 'either',
      about: 'Where the rules go: `host` (default), a name under /run/netns, a glob, or a list of them.',
      of: [NAMESPACE, { kind: 'list', about: 'Namespaces.', of: NAMESPACE }],
    },
    state: {
      kind: 'text',
      about:
        'Name of the state that all documents of the folder belong to, whatever its path is; one document that gives it is enough.',
      pattern: STATE_NAME,
    },
    backend: { kind: 'text', about: 'Which iptables manages the rules.', choices: ['auto', 'nft', 'legacy'] },
    ownership: {
      kind: 'text',
      about: 'shared (default): other programs keep their rules. exclusive: the listed tables are exactly as declared.',
      choices: ['shared', 'exclusive'],
    },
    owner: {
      kind: 'text',
      about: 'Prefix of the chains in shared ownership; `fw` unless set.',
      pattern: { source: '[a-z0-9]{1,8}', wants: '1 to 8 of a-z and 0-9' },
    },
    hook: {
      kind: 'text',
      about: 'Where a built-in chain jumps to ours in shared ownership; `first` unless set.',
      choices: ['first', 'last', 'any'],
    },
    keep: {
      kind: 'list',
      about: 'Globs of chains of other programs that stay in exclusive ownership, such as `DOCKER*`.',
      of: { kind: 'text', about: 'A chain name or glob.' },
    },
    family: FAMILY,
    values: VALUES,
    sets: SETS,
    use: USES,
    checks: { kind: 'list', about: 'What must hold after an apply, or all of it goes back.', of: CHECK },
    tables: TABLES,
  },
} as const satisfies Shape;
