import type { Answer } from './screen.ts';

/** The question that is open. */
export type Question = { readonly prompt: string; readonly word: string; readonly resolve: (answer: Answer) => void };

/** All that the live session draws. */
type LiveState = {
  /** Blocks of the permanent part; this only ever grows. */
  readonly printed: string[];
  /** What is going on, cleaned. Empty: nothing is, and no row is drawn. */
  readonly progress: string;
  readonly question?: Question;
};

export type LiveStore = {
  read(): LiveState;
  update(change: Partial<LiveState>): void;
  /** Takes the question away. */
  answered(): void;
  subscribe(listener: () => void): () => void;
};

/** A value with listeners, between the calls of a run and the component that draws them. */
export function createLiveStore(): LiveStore {
  let state: LiveState = { printed: [], progress: '' };
  const listeners = new Set<() => void>();
  const set = (next: LiveState) => {
    state = next;
    for (const listener of listeners) listener();
  };
  return {
    read: () => state,
    update: (change) => set({ ...state, ...change }),
    answered() {
      const { question: _answered, ...others } = state;
      set(others);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
