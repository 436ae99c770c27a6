import { createInterface } from 'node:readline';

/** One line typed at the terminal; undefined when the user leaves with Ctrl-C or Ctrl-D. The question goes to standard error. */
export function askLine(question: string): Promise<string | undefined> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    terminal.once('close', () => resolve(undefined));
    terminal.once('SIGINT', () => terminal.close());
    terminal.question(question, (line) => {
      resolve(line);
      terminal.close();
    });
  });
}
