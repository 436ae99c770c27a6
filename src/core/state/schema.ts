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
    checks: { kind: 'unsupported', about: 'Checks of what the rules do.' },
    tables: {
      kind: 'map',
      about: 'Tables and their chains, such as `filter: {INPUT: [...]}`.',
      names: 'table',
      choices: ['raw', 'mangle', 'nat', 'filter', 'security'],
      of: { kind: 'map', about: 'Chains of the table.', names: 'chain', of: CHAIN },
    },
  },
} as const satisfies Shape;
