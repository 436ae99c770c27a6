import { stripVTControlCharacters } from 'node:util';
import { jsonText } from '../../core/text/json-text.ts';

let isOn = false;

/**
 * From now on what is written to stderr are JSON objects, one a line: a warning, an error or a sign of life each, with the keys of the stream.
 * It stands at the end of every path to stderr, so that nothing can come out in another form.
 */
export function logAsJson(stderr: NodeJS.WriteStream): void {
  if (isOn) return;
  isOn = true;
  const write = stderr.write.bind(stderr);
  const writeRecord = (chunk: string | Uint8Array, ...rest: []) => {
    const text = stripVTControlCharacters(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()).trim();
    // An empty write only asks whether everything before it is written.
    return write(text === '' ? '' : `${jsonText(recordOf(text))}\n`, ...rest);
  };
  stderr.write = writeRecord as typeof stderr.write;
}

function recordOf(text: string): object {
  const level = /^error\b/i.test(text) ? 'error' : /^warning\b/i.test(text) ? 'warn' : 'info';
  return {
    '@level': level,
    '@message': text,
    '@module': 'fw',
    '@timestamp': new Date().toISOString(),
    type: 'log',
  };
}
