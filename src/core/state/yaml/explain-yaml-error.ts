import type { YAMLError } from 'yaml';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { findYamlTrap } from './find-yaml-trap.ts';
import type { SourceFile } from './yaml-node.ts';

/** A syntax error of the YAML library in words of this project, at the place of the mistake that people usually made. */
export function explainYamlError(file: SourceFile, error: YAMLError): Diagnostic {
  const { text } = file;
  const [from, to] = error.pos;
  if (error.code === 'RESOURCE_EXHAUSTION') return tooDeep(file, from);
  const trap = findYamlTrap(text, error.code, error.message, from);
  const end = text.indexOf('\n', from);
  const span = { start: from, end: Math.max(from, Math.min(to, end < 0 ? text.length : end)) };
  const known = KNOWN[error.code];
  const { message, hint } = trap ?? known ?? { message: 'This is not valid YAML', hint: undefined };
  const { start, end: stop } = trap ?? span;
  return {
    severity: 'error',
    code: 'state.syntax',
    message,
    span: { file: file.path, start, end: stop },
    output: error.message,
    ...(hint === undefined ? {} : { hint }),
  };
}

export function tooDeep(file: SourceFile, at: number): Diagnostic {
  const span = { file: file.path, start: at, end: at };
  return { severity: 'error', code: 'state.syntax', message: 'Values are nested too deeply', span };
}

type Known = { readonly message: string; readonly hint?: string };

const KNOWN: Readonly<Partial<Record<YAMLError['code'], Known>>> = {
  BAD_INDENT: {
    message: 'The indentation does not fit',
    hint: 'Keys of one mapping and items of one list begin in the same column.',
  },
  TAB_AS_INDENT: { message: 'A tab is used as indentation', hint: 'Indent with blanks.' },
  BAD_SCALAR_START: { message: 'A value may not begin with this character', hint: 'Put the value in single quotes.' },
  BAD_DQ_ESCAPE: {
    message: 'There is no such escape in double quotes',
    hint: 'Use single quotes, in which a backslash is an ordinary character.',
  },
  MISSING_CHAR: { message: 'A character is missing here', hint: 'A colon, quote or bracket may be missing.' },
  MULTILINE_IMPLICIT_KEY: {
    message: 'A key must stand on one line, with a colon after it',
    hint: 'A colon or a quote may be missing.',
  },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'A mapping or list begins where there can be none',
    hint: 'Look at the indentation of this line, and for a missing colon or line break before it.',
  },
  KEY_OVER_1024_CHARS: { message: 'A key is longer than 1024 characters' },
  UNEXPECTED_TOKEN: {
    message: 'This does not belong here',
    hint: 'A quote, colon or line break may be missing before it.',
  },
  BAD_ALIAS: { message: 'This is not an alias', hint: 'Put the value in single quotes.' },
  MULTIPLE_ANCHORS: { message: 'A value has more than one anchor' },
  MULTIPLE_TAGS: { message: 'A value has more than one tag' },
  BAD_DIRECTIVE: { message: 'This YAML directive is not known' },
};
