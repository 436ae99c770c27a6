import { Box, Static, Text, useInput, useStderr, useStdout } from 'ink';
import { useCallback, useEffect, useLayoutEffect, useState, useSyncExternalStore } from 'react';
import { displayWidth } from '../text/display-width.ts';
import { stripColour } from '../text/theme.ts';
import type { LiveStore } from './live-store.ts';
import type { Answer } from './screen.ts';

type ApplyViewProps = {
  /** What is going on, cleaned. */
  readonly text: string;
  readonly unicode: boolean;
};

const FRAMES = { unicode: [...'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'], ascii: [...'-\\|/'] } as const;

const FRAME_MS = 120;

/** What has been typed at a prompt, and the answer once there is one. */
export type PromptState = { readonly typed: string; readonly answer?: Answer };

/** Keys as Ink tells them; a paste arrives as one long input, its line end inside. */
export type Keys = {
  readonly return?: boolean;
  readonly escape?: boolean;
  readonly ctrl?: boolean;
  readonly meta?: boolean;
  readonly backspace?: boolean;
  readonly delete?: boolean;
};

// No word that is asked for is longer; what is pasted by mistake shall not fill the screen.
const LONGEST = 64;

type ConfirmProps = {
  /** The line that the typed word stands behind, cleaned and coloured. */
  readonly prompt: string;
  readonly word: string;
  /** Whether characters that are typed may be shown as they are. */
  readonly show: (typed: string) => string;
  readonly onAnswer: (answer: Answer, typed: string) => void;
};

type LiveViewProps = {
  readonly store: LiveStore;
  readonly unicode: boolean;
  readonly show: (typed: string) => string;
  /** Ctrl-C while no question is open. */
  readonly onInterrupt: () => void;
  readonly onAnswer: (answer: Answer, typed: string) => void;
  /** Hands out the way to write above the live row, for text that is too long to be laid out. */
  readonly onWriter: (write: (text: string) => void) => void;
  /** The same for text that goes to standard error. */
  readonly onErrorWriter: (write: (text: string) => void) => void;
};

/** The whole session: what was printed, above one row that is either the progress or the prompt. */
export function LiveView({ store, unicode, show, onInterrupt, onAnswer, onWriter, onErrorWriter }: LiveViewProps) {
  const { printed, progress, question } = useSyncExternalStore(store.subscribe, store.read);
  const { write } = useStdout();
  const { write: writeError } = useStderr();
  useLayoutEffect(() => onWriter(write), [write, onWriter]);
  useLayoutEffect(() => onErrorWriter(writeError), [writeError, onErrorWriter]);
  const asking = question !== undefined;
  // Reading keys all the time keeps them off the screen, and what was typed ahead from answering a plan that was not yet shown.
  const press = useCallback(
    (input: string, keys: { readonly ctrl: boolean }) => {
      if (!asking && keys.ctrl && input === 'c') onInterrupt();
    },
    [asking, onInterrupt],
  );
  useInput(press);
  return (
    <>
      <Static items={printed}>{(block, index) => <Block key={index} text={block} />}</Static>
      {question !== undefined ? (
        <Confirm prompt={question.prompt} word={question.word} show={show} onAnswer={onAnswer} />
      ) : (
        progress !== '' && <ApplyView text={progress} unicode={unicode} />
      )}
    </>
  );
}

/** As wide as its longest line: Ink would break a rule that is longer than the window, and then it could not be copied. */
function Block({ text }: { readonly text: string }) {
  return (
    <Box width={longestLine(text)} flexShrink={0}>
      <Text>{text}</Text>
    </Box>
  );
}

function longestLine(text: string): number {
  return Math.max(1, ...text.split('\n').map((line) => displayWidth(stripColour(line))));
}

/** Asks for one word and answers once. Nothing is a yes but that word followed by Enter. */
function Confirm({ prompt, word, show, onAnswer }: ConfirmProps) {
  const [state, setState] = useState<PromptState>({ typed: '' });
  const { typed, answer } = state;
  useInput((input, keys) => setState((now) => (now.answer === undefined ? pressKey(now, input, keys, word) : now)));
  useEffect(() => {
    if (answer !== undefined) onAnswer(answer, typed);
  }, [answer, typed, onAnswer]);
  return <Text>{`${prompt} ${show(typed)}_`}</Text>;
}

/** One key press at a prompt for `word`. Enter decides, Ctrl-C interrupts, Escape and Ctrl-D are a no. */
export function pressKey({ typed }: PromptState, input: string, keys: Keys, word: string): PromptState {
  if (keys.ctrl) {
    if (input === 'c') return { typed, answer: 'interrupted' };
    return input === 'd' ? { typed, answer: 'no' } : { typed };
  }
  if (keys.escape) return { typed, answer: 'no' };
  if (keys.backspace || keys.delete) return { typed: [...typed].slice(0, -1).join('') };
  if (keys.meta) return { typed };
  if (keys.return) return decide(typed, word);
  const [first = '', ...others] = input.split(/[\r\n]/);
  const longer = (typed + [...first].filter((character) => !/\p{C}/u.test(character)).join('')).slice(0, LONGEST);
  return others.length > 0 ? decide(longer, word) : { typed: longer };
}

function decide(typed: string, word: string): PromptState {
  return { typed, answer: typed.trim() === word ? 'yes' : 'no' };
}

/** The one moving row: a sign of life and what fw does. Cut at the window's edge: wrapped, it would leave rows behind on a resize. */
function ApplyView({ text, unicode }: ApplyViewProps) {
  const frames = unicode ? FRAMES.unicode : FRAMES.ascii;
  const [frame, setFrame] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setFrame((now) => now + 1), FRAME_MS);
    return () => clearInterval(timer);
  }, []);
  return <Text wrap="truncate-end">{`${frames[frame % frames.length]} ${text}`}</Text>;
}
