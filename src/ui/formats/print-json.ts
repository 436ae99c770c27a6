/** A document for programs: one line, so that it is a value of a stream as well. */
export function printJson(document: object): string {
  return `${JSON.stringify(document)}\n`;
}
