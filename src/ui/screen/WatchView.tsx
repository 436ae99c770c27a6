import { Text, useInput } from 'ink';
import { useSyncExternalStore } from 'react';

export type WatchStore = {
  read(): readonly string[];
  subscribe(listener: () => void): () => void;
};

/** Lines that fit the window, drawn over each other. `q`, Escape, Ctrl-C and Ctrl-D end it. */
export function WatchView({ store, onEnd }: { readonly store: WatchStore; readonly onEnd: () => void }) {
  const lines = useSyncExternalStore(store.subscribe, store.read);
  useInput((input, keys) => {
    if (keys.escape || (keys.ctrl ? input === 'c' || input === 'd' : input.toLowerCase() === 'q')) onEnd();
  });
  return <Text>{lines.join('\n')}</Text>;
}
