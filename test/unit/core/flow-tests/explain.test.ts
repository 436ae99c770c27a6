import { expect, test } from 'vitest';
import { traceCommand } from '../../../../src/core/flow-tests/explain.ts';

const PACKET = ['tcp', '198.51.100.7:40000', '192.0.2.1:22', '--in', 'eth0'];

test('the example of a failing test asks the rules of the namespace where it was tested', () => {
  expect(traceCommand(PACKET, ['host'])).toBe('fw trace tcp 198.51.100.7:40000 192.0.2.1:22 --in eth0');
  expect(traceCommand(PACKET, ['edge', 'blue'])).toBe(
    'fw trace tcp 198.51.100.7:40000 192.0.2.1:22 --in eth0 --namespace edge',
  );
});
