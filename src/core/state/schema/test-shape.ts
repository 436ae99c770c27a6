import type { Shape } from './shape.ts';

const NAME = {
  kind: 'text',
  about: 'What reports call it.',
  pattern: {
    source: '[^\\u0000-\\u001f\\u007f-\\u009f]{1,60}',
    wants: '1 to 60 characters, none of them a control character',
  },
} as const satisfies Shape;

const FLOW: Shape = { kind: 'text', about: 'A set of packets: `tcp 203.0.113.0/24 -> any port 22`.' };

function flows(about: string): Shape {
  return { kind: 'list', about, of: FLOW };
}

export const TESTS = {
  kind: 'list',
  about: 'What must be so of all packets of a flow; a test that fails stops an apply.',
  of: {
    kind: 'record',
    about: 'a test',
    keys: {
      name: NAME,
      to: {
        kind: 'text',
        about: 'The way of its packets: to this host (default), through it, or from it.',
        choices: ['host', 'through', 'from'],
      },
      allow: flows('Flows of which every packet passes, whatever a limit or another program answers.'),
      deny: flows('Flows of which no packet passes.'),
      'allow-if': flows('Flows of which every packet passes for some answer: a limit lets it pass while it lasts.'),
      when: {
        kind: 'text',
        about: 'Only if this holds: `$flag`, `not $flag`, `$x == y`, `$x != y` or `$x in [a, b]`.',
      },
    },
  },
} as const satisfies Shape;

export const REACHABLE = {
  kind: 'list',
  about: 'Flows that must get through after every apply, new and running connections and their answers.',
  of: {
    kind: 'either',
    about: 'A flow, or one with a name.',
    of: [FLOW, { kind: 'record', about: 'a flow', required: ['flow'], keys: { name: NAME, flow: FLOW } }],
  },
} as const satisfies Shape;
