import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { openLineScreen } from '../../../../src/ui/screen/line-screen.ts';

/** A terminal that moves no cursor: of what is typed it hands on whole lines. */
function open() {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode() {} });
  const written: string[] = [];
  const stdout = {
    write(text: string, done?: () => void) {
      written.push(text);
      done?.();
    },
  };
  const layout = { width: 80, colour: false, unicode: false, now: () => 0 };
  const screen = openLineScreen({
    ...layout,
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout,
    stderr: stdout,
  });
  /** Types once the prompt stands. */
  const typed = async (keys: string | undefined) => {
    const answer = screen.ask(['Apply to edge-1?'], 'yes');
    while (!written.join('').includes('Enter to cancel: ')) await new Promise((resolve) => setImmediate(resolve));
    if (keys === undefined) stdin.end();
    else stdin.write(keys);
    return answer;
  };
  return { screen, stdin, typed, text: () => written.join('') };
}

it.each([
  ['yes\n', 'yes'],
  [' yes \r\n', 'yes'],
  ['y\n', 'no'],
  ['\n', 'no'],
  ['yes please\n', 'no'],
  ['no\nyes\n', 'no'],
  [undefined, 'no'],
])('takes %j for %s', async (keys, answer) => {
  const { typed, screen, text } = open();
  expect(await typed(keys)).toBe(answer);
  await screen.close();
  expect(text()).toBe(
    `Apply to edge-1?\nType  yes  to go on, Enter to cancel: ${answer === 'yes' ? '' : '(cancelled)\n'}`,
  );
});

it('takes nothing for an answer that was typed before the question', async () => {
  const { screen, stdin } = open();
  stdin.write('yes\n');
  const answer = screen.ask(['Apply?'], 'yes');
  for (const _turn of [1, 2, 3, 4]) await new Promise((resolve) => setImmediate(resolve));
  await screen.close();
  expect(await answer).toBe('interrupted');
});

it('answers that it was interrupted when the terminal goes away', async () => {
  const { screen, stdin, text } = open();
  const answer = screen.ask(['Apply?'], 'yes');
  while (!text().includes('Enter to cancel: ')) await new Promise((resolve) => setImmediate(resolve));
  stdin.destroy(new Error('EIO'));
  expect(await answer).toBe('interrupted');
});

it('asks again', async () => {
  const { typed, screen, text } = open();
  expect(await typed('yes\n')).toBe('yes');
  expect(await typed('yes\n')).toBe('yes');
  await screen.close();
  expect(text()).not.toContain('cancelled');
});

it.each([
  ['\x03', 'interrupted'],
  ['yes\n\x04', 'no'],
])('takes %j for an answer also before the question: who closed the input sends nothing more', async (keys, answer) => {
  const { screen, stdin } = open();
  stdin.write(keys);
  expect(await screen.ask(['Apply?'], 'yes')).toBe(answer);
});
