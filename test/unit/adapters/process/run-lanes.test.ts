import { expect, test } from 'vitest';
import { type LaneAnswer, splitLane } from '../../../../src/adapters/process/run-lanes.ts';

const MARK = 'fw-0123456789abcdef01234567';

/** What is told when the text comes in these chunks. */
function split(chunks: readonly Buffer[]) {
  const answers: LaneAnswer[] = [];
  const lane = splitLane(MARK, (answer) => answers.push(answer));
  for (const chunk of chunks) lane.add(chunk);
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
  return {
    answers: answers.map(({ job, isDone, stdout, stderr }) => [job, isDone, text(stdout), text(stderr)]),
    waiting: lane.waiting(),
  };
}

const TEXT = Buffer.from(
  `one\n\xff\x00said${MARK} ok 7 4\n${MARK} failed 12 0\nfw-0123 ok 1 0\n${MARK.slice(0, -1)}x ok 2 0\n${MARK} ok 3 0\nrest`,
  'latin1',
);
const ANSWERS = [
  [7, true, 'one\n\xff\x00', 'said'],
  [12, false, '', ''],
  [3, true, `fw-0123 ok 1 0\n${MARK.slice(0, -1)}x ok 2 0\n`, ''],
];

test('answers are told apart, whatever bytes they hold, and what belongs to none waits', () => {
  expect(split([TEXT])).toEqual({ answers: ANSWERS, waiting: 4 });
});

test('wherever the text is cut in two', () => {
  for (let at = 1; at < TEXT.length; at += 1) {
    expect(split([TEXT.subarray(0, at), TEXT.subarray(at)]), `cut at ${at}`).toEqual({ answers: ANSWERS, waiting: 4 });
  }
});

test('byte by byte', () => {
  expect(split([...TEXT].map((byte) => Buffer.of(byte)))).toEqual({ answers: ANSWERS, waiting: 4 });
});

test('an answer is told when its line is whole, and an answer of many chunks is one', () => {
  const chunks = Array.from({ length: 50 }, () => Buffer.alloc(65_536, 'a'));
  const line = Buffer.from(`${MARK} ok 1 0`);
  expect(split([...chunks, line])).toEqual({ answers: [], waiting: 50 * 65_536 + line.length });
  const { answers, waiting } = split([...chunks, line, Buffer.from('\n')]);
  expect(answers).toEqual([[1, true, 'a'.repeat(50 * 65_536), '']]);
  expect(waiting).toBe(0);
});
