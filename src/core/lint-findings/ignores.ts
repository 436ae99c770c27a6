import { findLine, findLineStarts } from '../diagnostics/locate.ts';
import type { Sources } from '../diagnostics/span.ts';
import { LINT_RULES, LIVE_ONLY } from '../packets/lint/types.ts';
import { splitOrigin } from '../plan/view/placed.ts';
import type { LintFinding } from './types.ts';

/** A comment `# fw: ignore FWL03 why`, alone on its line or behind what it is about. */
type Ignore = {
  readonly file: string;
  readonly line: number;
  /** The line that it is about. */
  readonly about: number;
  readonly id: string;
  readonly reason: string;
  readonly text: string;
};

// A quote behind it may belong to a value that only looks like a comment.
const COMMENT = /(^|\s)#\s*fw:\s*ignore\b([^"'\n]*)$/gm;
const IDS: ReadonlySet<string> = new Set(LINT_RULES.map(({ id }) => id));

/** The findings that no comment of the state silences, and those about the comments. `isWhole`: all that the files declare was judged. */
export function applyIgnores(
  findings: readonly LintFinding[],
  sources: Sources,
  isWhole: boolean,
): readonly LintFinding[] {
  const ignores = [...sources].flatMap(([file, text]) => ignoresOf(file, text));
  if (ignores.length === 0) return findings;
  const used = new Set<Ignore>();
  const left = findings.filter((finding) => {
    const source = splitOrigin(finding.origin ?? undefined);
    const found = ignores.filter(
      ({ file, about, id, reason }) =>
        reason !== '' && id === finding.id && file === source?.file && about === source.start.line,
    );
    for (const one of found) used.add(one);
    return found.length === 0;
  });
  const wrong = ignores.filter(
    (one) => !used.has(one) && ((isWhole && !LIVE_ONLY.has(one.id)) || one.reason === '' || !IDS.has(one.id)),
  );
  return [...left, ...wrong.map(findingOf)];
}

function ignoresOf(file: string, text: string): readonly Ignore[] {
  if (!text.includes('ignore')) return [];
  const starts = findLineStarts(text);
  const lines = text.split('\n');
  return [...text.matchAll(COMMENT)].map((match): Ignore => {
    const line = findLine(starts, match.index + (match[1] ?? '').length) + 1;
    const [id = '', ...reason] = (match[2] ?? '').trim().split(/\s+/);
    const isAlone = (lines[line - 1] ?? '').trim().startsWith('#');
    let about = line;
    if (isAlone)
      do about += 1;
      while (/^\s*(?:#|$)/.test(lines[about - 1] ?? 'end'));
    return { file, line, about, id, reason: reason.join(' '), text: match[0].trim() };
  });
}

function findingOf({ file, line, text }: Ignore): LintFinding {
  const nowhere = { namespaces: [], families: [], place: null, causes: [], more: 0 };
  return { ...nowhere, id: 'FWL00', level: 'warning', subject: text, origin: `${file}:${line}` };
}
