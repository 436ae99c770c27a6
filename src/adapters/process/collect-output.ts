import type { Readable } from 'node:stream';
import { LIMITS } from '../../core/limits.ts';

export const MOST_OUTPUT = LIMITS.output.most;

type Collected = { readonly isTooMuch: () => boolean; readonly bytes: () => Uint8Array };

/**
 * Keeps what a stream gives until it ends. When that is too much it is dropped, and `stop` is called once. (The library would keep it,
 * and write it into the message of an error with every odd byte spelt out.)
 */
export function collectOutput(stream: Readable, stop: () => void): Collected {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    const wasTooMuch = size > MOST_OUTPUT;
    size += chunk.length;
    if (size <= MOST_OUTPUT) {
      chunks.push(chunk);
    } else if (!wasTooMuch) {
      chunks.length = 0;
      stop();
    }
  });
  return { isTooMuch: () => size > MOST_OUTPUT, bytes: () => Buffer.concat(chunks) };
}
