import type { Shape } from './shape.ts';

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
