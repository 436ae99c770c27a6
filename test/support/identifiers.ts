/** Every name in a source file with the line it stands on; words in comments, strings and the text of templates are no names. */
export function identifiersOf(text: string): readonly { readonly name: string; readonly line: number }[] {
  return [...blankProse(text).matchAll(/[A-Za-z_$][\w$]*/g)].map(({ 0: name, index }) => ({
    name,
    line: text.slice(0, index).split('\n').length,
  }));
}

/** `printSaidLine` and `MOST_SAID` both have the word `said`. */
export function wordsOf(name: string): readonly string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

// A slash behind a name, a number or a closing bracket divides; everywhere else it opens a regular expression.
const TOKEN =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|(?<=[=(,:!&|?{};[\n]\s*)\/(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*|[`{}]/g;

/** The text with everything that is no code made blank, so that places stay what they were. */
function blankProse(text: string): string {
  let out = '';
  let at = 0;
  /** What a closing brace ends: a block of code, or an expression in a template. */
  const open: ('block' | 'template')[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) {
    const [token] = match;
    out += text.slice(at, match.index);
    at = match.index + token.length;
    if (token === '{') open.push('block');
    if (token === '`' || (token === '}' && open.pop() === 'template')) at = endOfTemplate(text, at, open);
    out += blank(text.slice(match.index, at));
    TOKEN.lastIndex = at;
  }
  return out + text.slice(at);
}

/** From inside a template to behind its end, or behind the `${` that opens the next expression. */
function endOfTemplate(text: string, from: number, open: ('block' | 'template')[]): number {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '`') return at + 1;
    else if (text[at] === '$' && text[at + 1] === '{') {
      open.push('template');
      return at + 2;
    }
  }
  return text.length;
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}
