import type { Readable } from 'node:stream';

/** Bytes of one output. A save of a million rules is about 100 MB; more than this is not a firewall, it is a fault. */
export const MOST_OUTPUT = 256 * 1024 * 1024;

export type Collected = { readonly isTooMuch: () => boolean; readonly bytes: () => Uint8Array };

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
