/** Shell-like match of a whole name: `*` any run, `?` one character, `[...]` and `[!...]` a class. Linear for hostile patterns. */
export function matchesGlob(glob: string, name: string): boolean {
  let [g, n] = [0, 0];
  let [star, mark] = [-1, 0];
  while (n < name.length) {
    const step = glob[g] === '*' ? 0 : matchOne(glob, g, name[n] ?? '');
    if (glob[g] === '*') {
      star = g;
      mark = n;
      g += 1;
    } else if (step > 0) {
      g += step;
      n += 1;
    } else if (star >= 0) {
      g = star + 1;
      mark += 1;
      n = mark;
    } else return false;
  }
  while (glob[g] === '*') g += 1;
  return g === glob.length;
}

/** Characters of the glob that match this one character, 0 when they do not. A `[` without `]` is an ordinary character. */
function matchOne(glob: string, at: number, character: string): number {
  if (glob[at] === '?') return 1;
  if (glob[at] !== '[') return glob[at] === character ? 1 : 0;
  const end = glob.indexOf(']', at + 2);
  if (end < 0) return character === '[' ? 1 : 0;
  const negated = glob[at + 1] === '!';
  const inside = isInClass(glob.slice(at + (negated ? 2 : 1), end), character);
  return inside !== negated ? end - at + 1 : 0;
}

function isInClass(members: string, character: string): boolean {
  for (let at = 0; at < members.length; at += 1) {
    const last = members[at + 1] === '-' ? members[at + 2] : undefined;
    if (last !== undefined && (members[at] ?? '') <= character && character <= last) return true;
    if (last !== undefined) at += 2;
    else if (members[at] === character) return true;
  }
  return false;
}
