/** A mistake that explains a syntax error better than the library can, and where it is. */
export type YamlTrap = {
  readonly message: string;
  readonly hint: string;
  readonly start: number;
  readonly end: number;
};

/** What helps against every character that YAML reads as its own. */
export const QUOTE_RULE = 'Put the whole rule in single quotes, as in \'-j LOG --log-prefix "fw: "\'.';

/**
 * Looks for the usual mistakes around a syntax error: an open quote or bracket, a rule with something that YAML takes for its own
 * syntax, a list item out of line. The library often notices only on the next line, or at the end of the file.
 */
export function findYamlTrap(text: string, code: string, message: string, at: number): YamlTrap | undefined {
  if (code === 'MISSING_CHAR' && message.includes('quote')) return findOpenQuote(text, message, at);
  if (message.startsWith('Flow ')) return findOpenBracket(text, message, at);
  const lineStart = text.lastIndexOf('\n', at - 1) + 1;
  const above = text.lastIndexOf('\n', lineStart - 2) + 1;
  const other = findSavedText(text) ?? findKeyBelowRule(text, lineStart);
  if (other !== undefined) return other;
  return findInRule(text, lineStart) ?? (lineStart > 0 ? findInRule(text, above) : undefined) ?? findSkew(text, at);
}

/** Nothing after the opening quote can be such a quote, or it would have been closed there. */
function findOpenQuote(text: string, message: string, at: number): YamlTrap | undefined {
  const start = text.lastIndexOf(message.includes("'") ? "'" : '"', at);
  if (start < 0) return undefined;
  const hint = 'Close it on the same line.';
  const trap = findInRule(text, text.lastIndexOf('\n', start) + 1);
  return trap ?? { message: 'This quote is not closed', hint, start, end: start + 1 };
}

function findOpenBracket(text: string, message: string, at: number): YamlTrap | undefined {
  const [open, close] = message.includes('sequence') ? ['[', ']'] : ['{', '}'];
  const start = text.lastIndexOf(open, at - 1);
  if (start < 0) return undefined;
  return { message: `\`${open}\` is not closed`, hint: `Put \`${close}\` at the end.`, start, end: start + 1 };
}

function findInRule(text: string, lineStart: number): YamlTrap | undefined {
  const line = text.slice(lineStart, endOfLine(text, lineStart));
  const item = /^ *(?:- +)+(?:rule: +)?(?=[-!"])/.exec(line);
  if (item === null) return undefined;
  const rule = line.slice(item[0].length);
  const from = lineStart + item[0].length;
  if (rule.startsWith('"')) {
    const closed = /^"(?:[^"\\]|\\.)*"/.exec(rule)?.[0].length ?? rule.length;
    if (rule.slice(closed).trim() === '') return undefined;
    const message = 'The rule goes on after its closing quote';
    const start = from + closed + rule.slice(closed).search(/\S/);
    return { message, hint: QUOTE_RULE, start, end: from + rule.trimEnd().length };
  }
  const colon = rule.search(/:(?=\s|$)/);
  if (colon < 0) return undefined;
  const message = 'YAML takes a colon before a blank for the end of a key';
  return { message, hint: QUOTE_RULE, start: from + colon, end: from + colon + 1 };
}

/** What iptables-save prints, in a file that is named as YAML. */
function findSavedText(text: string): YamlTrap | undefined {
  const table = /^(?:#[^\n]*\n|\s*\n)*(\*(?:filter|nat|mangle|raw|security)) *$/m.exec(text);
  if (table === null || table.index !== 0 || table[1] === undefined) return undefined;
  const start = table[0].lastIndexOf(table[1]);
  return {
    message: 'This is text of iptables-save, not YAML',
    hint: 'Name the file NAMESPACE/ipv4.rules, or let `fw import --from FILE` make documents of it.',
    start,
    end: start + table[1].length,
  };
}

/** `comment:` under a rule that is written as plain text. */
function findKeyBelowRule(text: string, lineStart: number): YamlTrap | undefined {
  const rest = text.slice(lineStart, lineStart + 2_000);
  const found = /^( *- +)(?=-)[^\n]*\n( +)(comment|id|family|when):/.exec(rest);
  const [, item = '', indent = '', key = ''] = found ?? [];
  if (found === null || indent.length < item.length) return undefined;
  const start = lineStart + found[0].length - key.length - 1;
  return {
    message: `A rule with \`${key}\` is a mapping, and its text stands behind \`rule:\``,
    hint: `Write \`- rule: -p tcp ...\`, and \`${key}:\` below \`rule:\`.`,
    start,
    end: start + key.length,
  };
}

/** A list item that is not under the one above it. */
function findSkew(text: string, at: number): YamlTrap | undefined {
  const lineStart = text.lastIndexOf('\n', at - 1) + 1;
  const item = /^( *)- /.exec(text.slice(lineStart, endOfLine(text, lineStart)));
  const above = /(?:^|\n)( *)- [^\n]*\n$/.exec(text.slice(Math.max(0, lineStart - 2_000), lineStart));
  const column = item?.[1]?.length;
  const columnAbove = above?.[1]?.length;
  if (column === undefined || columnAbove === undefined || column === columnAbove) return undefined;
  const start = lineStart + column;
  return {
    message: 'The indentation does not fit',
    hint: `This item begins in column ${column + 1}, the one above it in column ${columnAbove + 1}.`,
    start,
    end: start + 1,
  };
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}
