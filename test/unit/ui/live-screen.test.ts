import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { openLiveScreen } from '../../../src/ui/screen/live.tsx';

/** A terminal of two streams: what is written to it is kept, what is pressed is read. */
function open(rows = 24) {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode() {}, ref() {}, unref() {} });
  const stdout = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows });
  const written: string[] = [];
  const stderr = Object.assign(new PassThrough(), { isTTY: true });
  for (const stream of [stdout, stderr]) stream.setEncoding('utf8').on('data', (text: string) => written.push(text));
  const { write } = stderr;
  const screen = openLiveScreen({
    width: 80,
    colour: false,
    unicode: false,
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: stdout as unknown as NodeJS.WriteStream,
    stderr: stderr as unknown as NodeJS.WriteStream,
    now: () => 0,
    onInterrupt: () => undefined,
  });
  return { stdin, stderr, write, screen, text: () => written.join('') };
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

it('wipes nothing in a window that became too small for the question', async () => {
  const { stdin, screen, text } = open(1);
  const answer = screen.ask(['Apply?'], 'yes');
  const pressing = setInterval(() => stdin.write('n\r'), 5);
  expect(await answer).toBe('no');
  clearInterval(pressing);
  await screen.close();
  for (const wipe of ['\x1b[2J', '\x1b[3J', '\x1bc']) expect(text()).not.toContain(wipe);
});

const ESC = '\x1b';

/** What stands on a terminal in the end, as far as rows that are erased and rows that are longer than the window go. */
function shown(text: string, columns: number): string {
  const rows = [''];
  let row = 0;
  for (const [part] of text.matchAll(new RegExp(`${ESC}\\[\\??\\d*[A-Za-z]|[\\s\\S]`, 'g'))) {
    if (part === `${ESC}[1A`) row = Math.max(0, row - 1);
    else if (part === `${ESC}[2K`) rows[row] = '';
    else if (part === '\n') rows[++row] ??= '';
    else if (!part.startsWith(ESC) && part !== '\r') {
      if ((rows[row] ?? '').length === columns) rows[++row] = '';
      rows[row] = (rows[row] ?? '') + part;
    }
  }
  return rows.join('');
}

it('leaves a warning whole that is written to standard error beside the live row, and gives the stream back', async () => {
  const { screen, stderr, write, text } = open();
  const warning = `Warning: ${'what was made live goes back; '.repeat(4)}at 12:56:27`;
  screen.report({ kind: 'phase', phase: 'read' });
  await expect.poll(text, { timeout: 60_000 }).toContain('Reading live rules');
  stderr.write(`${warning}\n`);
  await screen.close();
  expect(shown(text(), 80)).toContain(warning);
  expect(shown(text(), 80)).not.toContain('Reading');
  expect(stderr.write).toBe(write);
});
