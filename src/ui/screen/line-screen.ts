import { pageOf } from '../text/page.ts';
import { openPlainScreen, type PlainScreenOptions } from './plain-screen.ts';
import type { Answer, Screen } from './screen.ts';

type LineScreenOptions = PlainScreenOptions & { readonly stdin: NodeJS.ReadStream };

const INTERRUPT = '\x03';
const END = '\x04';

/**
 * The screen of a terminal whose cursor is not moved: a dumb one, or one that tells no size, as a serial console does. It is the plain screen, and
 * asks by a line that the terminal itself edits and echoes. Ctrl-C is a signal there.
 */
export function openLineScreen(options: LineScreenOptions): Screen {
  const { stdin, stdout } = options;
  const page = pageOf(options);
  let leave = () => {};
  const screen = openPlainScreen(options);
  return {
    ...screen,
    async ask(question, word) {
      const early = await readTypedAhead(stdin);
      stdout.write(`${question.join('\n')}\n`);
      stdout.write(`Type  ${page.paint('heading', page.clean(word))}  to go on, Enter to cancel: `);
      const answer = answerToEarly(early) ?? answerOf(await readLine(stdin, (end) => (leave = end)), word);
      // The echo of Enter ended the row; nothing else does.
      if (answer !== 'yes') stdout.write(answer === 'no' ? '(cancelled)\n' : '\n(interrupted)\n');
      return answer;
    },
    close: () => {
      leave();
      return screen.close();
    },
  };
}

/** Ctrl-C and Ctrl-D count whenever they were typed: neither is a yes, and who has closed the input sends nothing more (`script < /dev/null`). */
function answerToEarly(keys: string): Answer | undefined {
  if (keys.includes(INTERRUPT)) return 'interrupted';
  return keys.includes(END) ? 'no' : undefined;
}

function answerOf(line: string | undefined, word: string): Answer {
  if (line === undefined) return 'interrupted';
  return line.trim() === word ? 'yes' : 'no';
}

/**
 * Takes from the terminal what was typed before the question, so that it cannot be the answer. In raw mode a line without its end can be read, too. Two
 * turns of the event loop read what the terminal holds.
 */
async function readTypedAhead(stdin: NodeJS.ReadStream): Promise<string> {
  let typed = '';
  const keep = (keys: Buffer | string) => (typed += keys.toString());
  stdin.setRawMode(true);
  stdin.on('data', keep);
  for (const _turn of [1, 2]) await new Promise<void>((resolve) => void setImmediate(resolve));
  stdin.off('data', keep);
  stdin.pause();
  stdin.setRawMode(false);
  return typed;
}

/** One line; an end of the input without one (Ctrl-D) is an empty line. Undefined where the terminal went away, or the screen was closed. */
function readLine(stdin: NodeJS.ReadStream, onLeave: (end: () => void) => void): Promise<string | undefined> {
  return new Promise((resolve) => {
    if (stdin.readableEnded || stdin.destroyed) return resolve(undefined);
    let typed = '';
    const end = (line: string | undefined) => {
      stdin.off('data', read).off('end', atEnd).off('error', atError).pause();
      resolve(line);
    };
    const atEnd = () => end('');
    const atError = () => end(undefined);
    const read = (keys: Buffer | string) => {
      typed += keys.toString();
      const [line = '', ...others] = typed.split('\n');
      if (others.length > 0) end(line);
    };
    onLeave(() => end(undefined));
    stdin.on('data', read).on('end', atEnd).on('error', atError).resume();
  });
}
