import { LIMITS } from '../../limits.ts';
import { PARAMETER_TYPES } from './parameter-type.ts';
import { RULES, TABLES, USES, VALUE, VALUES } from './rule-shape.ts';
import type { Shape } from './shape.ts';
import { TESTS } from './test-shape.ts';

const TYPES = PARAMETER_TYPES.join('|');

/** The form of a template file. */
export const TEMPLATE = {
  kind: 'record',
  about: 'a template',
  keys: {
    description: { kind: 'text', about: 'What the template is for, in a sentence.' },
    parameters: {
      kind: 'map',
      about: 'What a use of the template must or may give.',
      names: 'parameter',
      pattern: {
        source: `[a-z][a-z0-9_]{0,${LIMITS.name.most - 1}}`,
        wants: 'a name of a-z, 0-9 and `_` that begins with a letter',
      },
      of: {
        kind: 'record',
        about: 'a parameter',
        required: ['type'],
        keys: {
          type: {
            kind: 'either',
            about: 'What is taken: a type such as `cidr`, or `[cidr]` or `list of cidr` for a list.',
            of: [
              {
                kind: 'text',
                about: 'A type.',
                pattern: {
                  source: `(?:list of )?(?:${TYPES})`,
                  wants: `one of ${PARAMETER_TYPES.join(', ')}, or \`list of\` one`,
                },
              },
              { kind: 'list', about: 'A list.', of: { kind: 'text', about: 'A type.', choices: PARAMETER_TYPES } },
            ],
          },
          description: { kind: 'text', about: 'What it means, in a sentence.' },
          default: { ...VALUE, about: 'Taken where a use does not give it.' },
          required: {
            kind: 'text',
            about: 'true unless there is a default; one that is not required and not given is an empty list.',
            choices: ['true', 'false'],
          },
        },
      },
    },
    values: VALUES,
    use: USES,
    tables: TABLES,
    tests: TESTS,
    rules: { ...RULES, about: 'For a template that is used among the rules of a chain: its rules.' },
  },
} as const satisfies Shape;
