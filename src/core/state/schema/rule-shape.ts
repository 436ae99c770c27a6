import { LIMITS } from '../../limits.ts';
import type { Shape } from './shape.ts';

export const FAMILY: Shape = { kind: 'text', about: 'The only family that this goes to.', choices: ['ipv4', 'ipv6'] };

/** A name is never a path: it is looked up in the folders of templates only. */
const TEMPLATE_NAME: Shape = {
  kind: 'text',
  about: 'Name of a template: `nat-gateway` is nat-gateway.yaml in a folder of templates.',
  pattern: {
    source: `[a-z0-9][a-z0-9-]{0,${LIMITS.name.most - 1}}`,
    wants: 'a name of a-z, 0-9 and `-`, at most 63 long; never a path',
  },
};

const WHEN: Shape = {
  kind: 'text',
  about: 'Only if this holds: `$flag`, `not $flag`, `$x == y`, `$x != y` or `$x in [a, b]`.',
};

export const VALUE: Shape = {
  kind: 'either',
  about: 'A text, or a list of texts; `$name` stands for another value.',
  of: [
    { kind: 'text', about: 'A text.' },
    { kind: 'list', about: 'Texts, in order.', of: { kind: 'text', about: 'A text.' } },
  ],
};

const NAME = {
  source: `[a-z][a-z0-9_]{0,${LIMITS.name.most - 1}}`,
  wants: 'a name of a-z, 0-9 and `_` that begins with a letter',
};

export const VALUES: Shape = {
  kind: 'map',
  about: 'Named values. `$name` in a rule stands for the value; a list repeats the rule.',
  names: 'value',
  pattern: NAME,
  of: VALUE,
};

const WITH: Shape = {
  kind: 'map',
  about: 'Values for the parameters of the template.',
  names: 'parameter',
  pattern: NAME,
  of: VALUE,
};

export const USES: Shape = {
  kind: 'list',
  about: 'Templates, in order; their rules come before those of `tables`.',
  of: {
    kind: 'record',
    about: 'a use of a template',
    required: ['template'],
    keys: { template: TEMPLATE_NAME, with: WITH, when: WHEN },
  },
};

export const RULE_ID = {
  source: `[a-z0-9][a-z0-9._-]{0,${LIMITS.name.most - 1}}`,
  wants: 'at most 63 of a-z, 0-9, `.`, `_` and `-`, beginning with a letter or digit',
};

const RULE: Shape = {
  kind: 'either',
  about: 'A rule, as one writes it after `iptables -A CHAIN`, or the rules of a template.',
  of: [
    { kind: 'text', about: 'What one writes after `iptables -A CHAIN`.' },
    {
      kind: 'record',
      about: 'a rule',
      oneOf: { rule: ['id', 'comment', 'family', 'when'], use: ['with', 'when'] },
      keys: {
        rule: { kind: 'text', about: 'What one writes after `iptables -A CHAIN`.' },
        id: {
          kind: 'text',
          about: 'A name for the rule, unique in its chain.',
          // References are replaced first.
          pattern: { ...RULE_ID, source: '[a-z0-9$][a-z0-9._{}$-]{0,199}' },
        },
        comment: { kind: 'text', about: 'Goes into the kernel with the rule, at most 255 bytes.' },
        family: FAMILY,
        use: TEMPLATE_NAME,
        with: WITH,
        when: WHEN,
      },
    },
  ],
};

export const RULES: Shape = { kind: 'list', about: 'Rules, in order.', of: RULE };

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
        foreign: {
          kind: 'text',
          about: 'The chain is that of another program: the rules go to a chain of ours, to which it gets one jump.',
          choices: ['true', 'false'],
        },
        when: WHEN,
        rules: RULES,
      },
    },
  ],
};

export const TABLES: Shape = {
  kind: 'map',
  about: 'Tables and their chains, such as `filter: {INPUT: [...]}`.',
  names: 'table',
  choices: ['raw', 'mangle', 'nat', 'filter', 'security'],
  of: { kind: 'map', about: 'Chains of the table.', names: 'chain', of: CHAIN },
};
