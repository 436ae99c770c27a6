/** JSON escapes the controls below U+0020 by itself. DEL, C1, format characters (bidi overrides, zero width) and line separators it leaves as they are. */
const OBEYED = /[\u007f-\u009f]|[\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * A value as one line of JSON that a terminal or a log shows and does not obey: what could move the cursor or reorder text is escaped (`\u009b`).
 * A parser gets the same value.
 */
export function jsonText(value: object): string {
  return escapeControls(JSON.stringify(value));
}

/** The same for text that is JSON already. Such characters stand in strings only. */
export function escapeControls(json: string): string {
  return json.replace(OBEYED, (character) =>
    Array.from({ length: character.length }, (_, at) => escapeOf(character.charCodeAt(at))).join(''),
  );
}

function escapeOf(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`;
}
