import { Box, Static, Text, useInput, useStdout } from 'ink';
import { useCallback, useLayoutEffect, useSyncExternalStore } from 'react';
import { displayWidth } from '../text/display-width.ts';
import { stripColour } from '../text/theme.ts';
import { ApplyView } from './ApplyView.tsx';
import { Confirm } from './Confirm.tsx';
import type { LiveStore } from './live-store.ts';
import type { Answer } from './screen.ts';

export type LiveViewProps = {
  readonly store: LiveStore;
  readonly unicode: boolean;
  readonly show: (typed: string) => string;
  /** Ctrl-C while no question is open. */
  readonly onInterrupt: () => void;
  readonly onAnswer: (answer: Answer, typed: string) => void;
  /** Hands out the way to write above the live row, for text that is too long to be laid out. */
  readonly onWriter: (write: (text: string) => void) => void;
};

/** The whole session: what was printed, above one row that is either the progress or the prompt. */
export function LiveView({ store, unicode, show, onInterrupt, onAnswer, onWriter }: LiveViewProps) {
  const { printed, progress, question } = useSyncExternalStore(store.subscribe, store.read);
  const { write } = useStdout();
  useLayoutEffect(() => onWriter(write), [write, onWriter]);
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
