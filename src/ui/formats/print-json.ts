import { jsonText } from '../../core/text/json-text.ts';
/** A document for programs: one line, so that it is a value of a stream as well. */
export function printJson(document: object): string {
  return `${jsonText(document)}\n`;
}
