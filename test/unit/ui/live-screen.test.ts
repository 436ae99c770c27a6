import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { openLiveScreen } from '../../../src/ui/screen/live.tsx';

/** A terminal of two streams: what is written to it is kept, what is pressed is read. */
function open() {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode() {}, ref() {}, unref() {} });
  const stdout = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 24 });
  const written: string[] = [];
  stdout.setEncoding('utf8').on('data', (text: string) => written.push(text));
  const screen = openLiveScreen({
    width: 80,
    colour: false,
    unicode: false,
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: stdout as unknown as NodeJS.WriteStream,
    stderr: stdout as unknown as NodeJS.WriteStream,
    now: () => 0,
    onInterrupt: () => undefined,
  });
  return { stdin, screen, text: () => written.join('') };
}

it('takes the word for a yes', async () => {
  const { stdin, screen, text } = open();
  const answer = screen.ask(['Apply to edge-1?'], 'yes');
  // Keys count from the moment the prompt stands, so they are pressed until they are taken.
  const pressing = setInterval(() => stdin.write('yes\r'), 5);
  expect(await answer).toBe('yes');
  clearInterval(pressing);
  await screen.close();
  expect(text()).toContain('Apply to edge-1?\n');
  expect(text()).toContain('Type  yes  to go on, Enter to cancel: yes');
});

it('answers that it was interrupted when the terminal went away before the question', async () => {
  const { stdin, screen } = open();
  const ended = once(stdin, 'end');
  stdin.end();
  await ended;
  expect(await screen.ask(['Apply?'], 'yes')).toBe('interrupted');
  await screen.close();
});

it('answers that it was interrupted when the screen is closed over an open question', async () => {
  const { screen } = open();
  const answer = screen.ask(['Apply?'], 'yes');
  await screen.close();
  expect(await answer).toBe('interrupted');
});

it('does not take keys that were pressed before the question', async () => {
  const { stdin, screen } = open();
  stdin.write('yes\r');
  const answer = screen.ask(['Apply?'], 'yes');
  await new Promise((resolve) => setImmediate(() => setImmediate(() => setImmediate(resolve))));
  await screen.close();
  expect(await answer).toBe('interrupted');
});

it('keeps the order of short and of long texts', async () => {
  const { screen, text } = open();
  screen.printLines(['first']);
  screen.printLines(Array.from({ length: 1000 }, (_, index) => `row ${index}`));
  screen.printLines(['last']);
  await screen.close();
  const marks = ['first', 'row 0\n', 'row 999\n', 'last'].map((mark) => text().indexOf(mark));
  expect(marks).not.toContain(-1);
  expect(marks).toEqual([...marks].sort((one, other) => one - other));
});
