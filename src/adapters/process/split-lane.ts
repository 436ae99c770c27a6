/** What one lane wrote about a job: bytes of both outputs of the program. */
export type LaneAnswer = {
  readonly job: number;
  readonly isDone: boolean;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
};

/** Longest line that a lane writes behind the mark. */
const LONGEST_TAIL = 64;

/**
 * Takes the output of a lane apart as it comes, see lane-program.ts. `waiting` is the number of bytes that belong to no answer yet. The mark
 * holds a random number, so no rule's text can imitate it.
 */
export function splitLane(
  mark: string,
  answered: (answer: LaneAnswer) => void,
): { readonly add: (chunk: Buffer) => void; readonly waiting: () => number } {
  const sign = Buffer.from(`${mark} `, 'latin1');
  let chunks: Buffer[] = [];
  let size = 0;
  /** The end of what has come, long enough for a line that is not whole yet. */
  let end: Buffer = Buffer.alloc(0);
  return {
    add: (chunk) => {
      chunks.push(chunk);
      size += chunk.length;
      const seen = end.length === 0 ? chunk : Buffer.concat([end, chunk]);
      end = seen.subarray(-(sign.length + LONGEST_TAIL));
      // Joined only where an answer may end: output of many megabytes comes in pieces of some kilobytes.
      if (!seen.includes(sign)) return;
      const rest = takeAnswers(Buffer.concat(chunks, size), sign, answered);
      // A copy: it must not keep a large answer in memory until the next one comes.
      chunks = [Buffer.from(rest)];
      size = rest.length;
      end = Buffer.from(rest.subarray(-(sign.length + LONGEST_TAIL)));
    },
    waiting: () => size,
  };
}

/** Returns what belongs to no whole answer. */
function takeAnswers(bytes: Buffer, sign: Buffer, answered: (answer: LaneAnswer) => void): Buffer {
  let start = 0;
  for (let found = bytes.indexOf(sign); found >= 0; found = bytes.indexOf(sign, start)) {
    const newline = bytes.indexOf(10, found);
    if (newline < 0) break;
    const [outcome, job, output] = bytes.toString('latin1', found + sign.length, newline).split(' ');
    const middle = found - Number(output);
    answered({
      job: Number(job),
      isDone: outcome === 'ok',
      stdout: bytes.subarray(start, middle),
      stderr: bytes.subarray(middle, found),
    });
    start = newline + 1;
  }
  return bytes.subarray(start);
}
