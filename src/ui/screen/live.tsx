import { render } from 'ink';
import { type Page, type PageOptions, pageOf } from '../text/page.ts';
import { openErrorsAbove } from './errors-above.ts';
import { LiveView } from './LiveView.tsx';
import { createLiveStore } from './live-store.ts';
import { neverFull } from './never-full.ts';
import { IDLE, nextProgress, progressText } from './progress-state.ts';
import type { Answer, Screen } from './screen.ts';
import { stepLines } from './step-lines.ts';

export { openLiveWatch } from './watch-live.tsx';

type LiveScreenOptions = PageOptions & {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
  /** Ctrl-C while no question is open: the terminal sends no signal while fw reads the keys itself. */
  readonly onInterrupt: () => void;
};

// Ink lays out what it prints, which takes seconds for thousands of lines; above this they are written as they are.
const MOST_DRAWN = 400;
// Lines that are laid out as one text.
const BLOCK = 40;

/** The screen of a terminal: one Ink session from the first report to the last line. It never ends the process by itself. */
export function openLiveScreen(options: LiveScreenOptions): Screen {
  const { stdin, stdout, stderr } = options;
  const page = pageOf(options);
  const errors = openErrorsAbove(stderr);
  const store = createLiveStore();
  const linesOf = stepLines(page, options.now, { each: true });
  let progress = IDLE;
  let gone = false;
  const print = (lines: readonly string[]) => {
    if (lines.length > 0) store.update({ printed: [...store.read().printed, ...blocksOf(lines)] });
  };
  let writeAbove: (text: string) => void = (text) => stdout.write(text);
  const answer = (given: Answer, typed: string) => {
    const { question } = store.read();
    if (question === undefined) return;
    store.answered();
    print([answeredLine(page, question.prompt, given, typed)]);
    question.resolve(given);
  };
  const show = (typed: string) => page.clean(typed);
  const view = (
    <LiveView
      store={store}
      unicode={options.unicode}
      show={show}
      onInterrupt={options.onInterrupt}
      onAnswer={answer}
      onWriter={(write) => {
        writeAbove = write;
      }}
      onErrorWriter={errors.writeWith}
    />
  );
  const session = render(view, {
    stdin,
    stdout: neverFull(stdout),
    stderr: errors.plain,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  // No question can be answered any more: not the one that is open, and none that would still come.
  const hangUp = () => {
    gone = true;
    answer('interrupted', '');
  };
  stdin.on('end', hangUp);
  stdin.on('error', hangUp);
  return {
    report(event) {
      progress = nextProgress(progress, event);
      store.update({ progress: page.clean(progressText(progress)) });
      print(linesOf(event));
    },
    printLines(lines) {
      store.update({ progress: '' });
      if (lines.length <= MOST_DRAWN) return print(lines);
      // Blocks that Ink has not drawn yet come first.
      session.rerender(view);
      writeAbove(`${lines.join('\n')}\n`);
    },
    async ask(question, word) {
      const prompt = `Type  ${page.paint('heading', page.clean(word))}  to go on, Enter to cancel:`;
      store.update({ progress: '' });
      print(question);
      session.rerender(view);
      await readTypedAhead();
      if (gone) return 'interrupted';
      return new Promise((resolve) => store.update({ question: { prompt, word, resolve } }));
    },
    async close() {
      hangUp();
      store.update({ progress: '' });
      // What was printed or taken away a moment ago may not be drawn yet.
      session.rerender(view);
      errors.end();
      const ended = session.waitUntilExit();
      session.unmount();
      await ended;
    },
  };
}

/** Two turns of the event loop: keys that the terminal holds from before the question are read in them, and dropped. */
async function readTypedAhead(): Promise<void> {
  for (const _turn of [1, 2]) await new Promise<void>((resolve) => void setImmediate(resolve));
}

function blocksOf(lines: readonly string[]): readonly string[] {
  const blocks: string[] = [];
  for (let start = 0; start < lines.length; start += BLOCK) blocks.push(lines.slice(start, start + BLOCK).join('\n'));
  return blocks;
}

/** What stays of a prompt. A word that was not typed in full must not look like a yes. */
function answeredLine(page: Page, prompt: string, answer: Answer, typed: string): string {
  const output = page.clean(typed);
  const outcome = {
    yes: '',
    no: page.paint('attention', '(cancelled)'),
    interrupted: page.paint('attention', '(interrupted)'),
  };
  return [prompt, output, outcome[answer]].filter((part) => part !== '').join(' ');
}
