export type WindowSize = { readonly width: number; readonly rows: number };

/** Where counters are shown again and again. */
export type WatchScreen = {
  /** Shows one look: `lines` where lines follow each other, `drawn` where a window of that size is drawn over. Rejects where nothing can be written. */
  show(lines: () => readonly string[], drawn: (size: WindowSize) => readonly string[]): Promise<void>;
  /** Takes the window away. */
  close(): Promise<void>;
};
