import { LIMITS } from '../limits.ts';
import { CONTENT_SHAPES } from './entries.ts';
import { REQUIRED_VERSION } from './schema/required-version.ts';
import { FAMILY } from './schema/rule-shape.ts';
import type { Shape } from './schema/shape.ts';
import { STATE_NAME } from './schema/state-name.ts';

export type { Keys, Shape } from './schema/shape.ts';

const NAMESPACE: Shape = { kind: 'text', about: '`host`, a name under /run/netns, or a glob such as `qrouter-*`.' };

const OWNER = { source: `[a-z0-9]{1,${LIMITS.ownerName.most}}`, wants: '1 to 8 of a-z and 0-9' };

const FORMER: Shape = { kind: 'text', about: 'A prefix.', pattern: OWNER };

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
    kind: {
      kind: 'text',
      about: '`tests` for a document that has tests and flows that stay reachable, and declares no rules.',
      choices: ['tests'],
    },
    state: {
      kind: 'text',
      about:
        'Name of the state that all documents of the folder belong to, whatever its path is; one document that gives it is enough.',
      pattern: STATE_NAME,
    },
    requires: {
      kind: 'text',
      about: 'The oldest version of fw that reads the state, such as `0.2`; an older one says so and nothing else.',
      pattern: REQUIRED_VERSION,
    },
    backend: { kind: 'text', about: 'Which iptables manages the rules.', choices: ['auto', 'nft', 'legacy'] },
    ownership: {
      kind: 'text',
      about: 'shared (default): other programs keep their rules. exclusive: the listed tables are exactly as declared.',
      choices: ['shared', 'exclusive'],
    },
    owner: { kind: 'text', about: 'Prefix of the chains in shared ownership; `fw` unless set.', pattern: OWNER },
    moved: {
      kind: 'record',
      about: 'What the rules of the document were called before, in shared ownership.',
      required: ['owner'],
      keys: {
        owner: {
          kind: 'either',
          about: 'The `owner` before: chains with that prefix go where those of now come.',
          of: [FORMER, { kind: 'list', about: 'Owners before.', of: FORMER }],
        },
      },
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
    ...CONTENT_SHAPES,
  },
} as const satisfies Shape;
