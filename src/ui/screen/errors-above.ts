type Write = (text: string) => void;

/** Where standard error goes while a live row is drawn. */
export type ErrorsAbove = {
  /** The stream for the session that draws the row: it writes as it did before. */
  readonly plain: NodeJS.WriteStream;
  /** From now on `write` puts text above the row. */
  writeWith(write: Write): void;
  /** Gives the stream back as it was. */
  end(): void;
};

/**
 * Takes standard error of a terminal for as long as a live row is drawn there. Warnings are written to the stream itself, and the row below is
 * erased by its height alone: a warning written beside it would lose its end with the next drawing.
 */
export function openErrorsAbove(stderr: NodeJS.WriteStream): ErrorsAbove {
  const before = stderr.write;
  const write = before.bind(stderr);
  const plain = new Proxy(stderr, {
    get: (target, name) => {
      if (name === 'write') return write;
      const found: unknown = Reflect.get(target, name, target);
      return typeof found === 'function' ? found.bind(target) : found;
    },
  });
  let above: Write | undefined;
  if (stderr.isTTY) {
    const writeAbove = (chunk: string | Uint8Array, ...rest: []) => {
      if (above === undefined || chunk.length === 0) return write(chunk, ...rest);
      above(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
      // What was given with the text, such as a function to call, is served in its turn.
      return write('', ...rest);
    };
    stderr.write = writeAbove as typeof stderr.write;
  }
  return {
    plain,
    writeWith(next) {
      above = next;
    },
    end() {
      above = undefined;
      stderr.write = before;
    },
  };
}
