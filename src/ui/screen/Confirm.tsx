import { Text, useInput } from 'ink';
import { useEffect, useState } from 'react';
import { type PromptState, pressKey } from './prompt-input.ts';
import type { Answer } from './screen.ts';

export type ConfirmProps = {
  /** The line that the typed word stands behind, cleaned and coloured. */
  readonly prompt: string;
  readonly word: string;
  /** Whether characters that are typed may be shown as they are. */
  readonly show: (typed: string) => string;
  readonly onAnswer: (answer: Answer, typed: string) => void;
};

/** Asks for one word and answers once. Nothing is a yes but that word followed by Enter. */
export function Confirm({ prompt, word, show, onAnswer }: ConfirmProps) {
  const [state, setState] = useState<PromptState>({ typed: '' });
  const { typed, answer } = state;
  useInput((input, keys) => setState((now) => (now.answer === undefined ? pressKey(now, input, keys, word) : now)));
  useEffect(() => {
    if (answer !== undefined) onAnswer(answer, typed);
  }, [answer, typed, onAnswer]);
  return <Text>{`${prompt} ${show(typed)}_`}</Text>;
}
