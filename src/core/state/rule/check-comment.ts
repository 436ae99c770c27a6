import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { LIMITS } from '../../limits.ts';
import { byteLength, findForbiddenCharacter, nameCharacter } from '../../rules/forbidden-character.ts';
import type { Written } from '../as-written/written.ts';

const LONGEST_COMMENT = LIMITS.comment.most;

export function checkComment(comment: Written<string> | undefined): readonly Diagnostic[] {
  if (comment === undefined) return [];
  const { value, span } = comment;
  const error = { severity: 'error', span } as const;
  const forbidden = findForbiddenCharacter(value);
  if (forbidden >= 0) {
    const message = `The comment contains ${nameCharacter(value, forbidden)}`;
    return [{ ...error, code: 'state.control-character', message, hint: 'A comment is one line of ordinary text.' }];
  }
  const bytes = byteLength(value);
  if (bytes > 0 && bytes <= LONGEST_COMMENT) return [];
  const message = bytes === 0 ? 'The comment is empty' : `The comment is ${bytes} bytes long`;
  const hint = bytes === 0 ? 'Remove it.' : `The kernel takes ${LONGEST_COMMENT} bytes.`;
  return [{ ...error, code: 'state.comment', message, hint }];
}
