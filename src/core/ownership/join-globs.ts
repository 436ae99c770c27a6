/** Steps that the search may take; a pair of globs with many stars has more shared names than can be listed. */
const MOST_STEPS = 2000;

/**
 * Globs for the names that a glob of each list matches. Where that cannot be written down exactly (`?`, classes, very many stars) both globs
 * stand: rather a chain too many is left to others than one of theirs taken.
 */
export function joinGlobs(one: readonly string[], other: readonly string[]): readonly string[] {
  const found = one.flatMap((glob) => other.flatMap((also) => joinPair(glob, also)));
  return [...new Set(found)];
}

function joinPair(one: string, other: string): readonly string[] {
  if (one === other) return [one];
  const left = { steps: MOST_STEPS };
  const isPlain = !/[?[]/u.test(one + other);
  const found = isPlain ? shared(one.replace(/\*+/gu, '*'), other.replace(/\*+/gu, '*'), left) : undefined;
  return found ?? [one, other];
}

/** Undefined when the steps are used up. */
function shared(one: string, other: string, left: { steps: number }): readonly string[] | undefined {
  left.steps -= 1;
  if (left.steps < 0) return undefined;
  if (one === '*') return [other];
  if (other === '*') return [one];
  if (one === '' || other === '') return one === other ? [''] : [];
  const [head, also] = [one.charAt(0), other.charAt(0)];
  if (head !== '*' && also !== '*') {
    return head === also ? after(head, shared(one.slice(1), other.slice(1), left)) : [];
  }
  if (head === '*' && also === '*') {
    // One of the two stars ends first, and the other one goes on.
    return both(after('*', shared(one.slice(1), other, left)), after('*', shared(one, other.slice(1), left)));
  }
  if (head !== '*') return shared(other, one, left);
  // The star ends here, or it takes one more character of the other glob.
  return both(shared(one.slice(1), other, left), after(also, shared(one, other.slice(1), left)));
}

function after(head: string, rest: readonly string[] | undefined): readonly string[] | undefined {
  return rest?.map((tail) => (head === '*' && tail.startsWith('*') ? tail : head + tail));
}

function both(one: readonly string[] | undefined, other: readonly string[] | undefined): readonly string[] | undefined {
  return one === undefined || other === undefined ? undefined : [...new Set([...one, ...other])];
}
