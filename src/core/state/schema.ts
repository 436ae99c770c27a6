/**
 * The form of a state document, described once: `check-shape.ts` checks documents against it and the JSON Schema for editors is made
 * from it. `about` is a sentence for people who hover over the key.
 */
export type Shape =
  | {
      readonly kind: 'text';
      readonly about: string;
      readonly choices?: readonly string[];
      /** A whole-text pattern and what it asks for, in words. */
      readonly pattern?: { readonly source: string; readonly wants: string };
    }
  | { readonly kind: 'list'; readonly about: string; readonly of: Shape }
  | { readonly kind: 'record'; readonly about: string; readonly keys: Keys; readonly required?: readonly string[] }
  | {
      readonly kind: 'map';
      readonly about: string;
      /** What one key names, such as `table`. */
      readonly names: string;
      readonly choices?: readonly string[];
      readonly of: Shape;
    }
  /** Told apart by the kind of YAML value; at most one shape of each kind. */
  | { readonly kind: 'either'; readonly about: string; readonly of: readonly Shape[] }
  /** A key that this version refuses, because ignoring it would change what the document means. */
  | { readonly kind: 'unsupported'; readonly about: string };

export type Keys = Readonly<Record<string, Shape>>;

const FAMILY: Shape = { kind: 'text', about: 'The only family that this goes to.', choices: ['ipv4', 'ipv6'] };

const RULE: Shape = {
  kind: 'either',
  about: 'A rule, as one writes it after `iptables -A CHAIN`.',
  of: [
    { kind: 'text', about: 'What one writes after `iptables -A CHAIN`.' },
    {
      kind: 'record',
      about: 'a rule',
      required: ['rule'],
      keys: {
        rule: { kind: 'text', about: 'What one writes after `iptables -A CHAIN`.' },
        id: {
          kind: 'text',
          about: 'A name for the rule, unique in its chain.',
          pattern: {
            source: '[a-z0-9][a-z0-9._-]{0,62}',
            wants: 'at most 63 of a-z, 0-9, `.`, `_` and `-`, beginning with a letter or digit',
          },
        },
        comment: { kind: 'text', about: 'Goes into the kernel with the rule, at most 255 bytes.' },
        family: FAMILY,
      },
    },
  ],
};

const RULES: Shape = { kind: 'list', about: 'Rules, in order.', of: RULE };

const CHAIN: Shape = {
  kind: 'either',
  about: 'A list of rules (each on a line of its own after `- `), or a mapping with `policy` and `rules`.',
  of: [
    RULES,
    {
      kind: 'record',
      about: 'a chain',
      keys: {
        policy: {
          kind: 'text',
          about: 'What happens to packets that no rule decides; built-in chains only.',
          choices: ['ACCEPT', 'DROP'],
        },
        rules: RULES,
      },
    },
  ],
};

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

export const DOCUMENT = {
  kind: 'record',
  about: 'a state document',
  keys: {
    namespace: {
      kind: 'either',
      about: 'Where the rules go: `host` (default), a name under /run/netns, a glob, or a list of them.',
      of: [NAMESPACE, { kind: 'list', about: 'Namespaces.', of: NAMESPACE }],
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
    values: { kind: 'unsupported', about: 'Named values for rules.' },
    sets: { kind: 'unsupported', about: 'IP sets.' },
    use: { kind: 'unsupported', about: 'Templates.' },
    checks: { kind: 'list', about: 'What must hold after an apply, or all of it goes back.', of: CHECK },
    tables: {
      kind: 'map',
      about: 'Tables and their chains, such as `filter: {INPUT: [...]}`.',
      names: 'table',
      choices: ['raw', 'mangle', 'nat', 'filter', 'security'],
      of: { kind: 'map', about: 'Chains of the table.', names: 'chain', of: CHAIN },
    },
  },
} as const satisfies Shape;
