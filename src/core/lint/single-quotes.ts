import type { DesiredRule } from '../desired/types.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Sources } from '../diagnostics/span.ts';
import { lexRule } from '../rule-text/lex.ts';
import { placeWord } from './place-word.ts';

/** Words in single quotes, which a shell would take off and iptables-restore keeps. Somebody who put double quotes around them has meant it. */
export function checkSingleQuotes(rule: DesiredRule, sources: Sources): readonly Diagnostic[] {
  const written = sources.get(rule.span.file)?.slice(rule.span.start, rule.span.end) ?? '';
  return lexRule(rule.text).words.flatMap(({ value }): Diagnostic[] => {
    if (!/^'.+'$/.test(value) || !written.includes(value) || /["\\]'/.test(written)) return [];
    return [
      {
        severity: 'warning',
        code: 'state.single-quotes',
        message: `The single quotes are part of the text: a packet log or a comment would show ${value}`,
        span: placeWord(rule.span, value, sources),
        hint: `Only double quotes quote in a rule: write "${value.slice(1, -1)}".`,
      },
    ];
  });
}
