/**
 * The terminal as Ink may see it. Where what is drawn fills the window, Ink wipes the screen and what can be scrolled back to, and draws all anew: a
 * window that became small would lose everything that stood there before fw.
 */
export function neverFull(stdout: NodeJS.WriteStream): NodeJS.WriteStream {
  return new Proxy(stdout, {
    get: (target, name) => {
      if (name === 'rows') return Number.POSITIVE_INFINITY;
      const found: unknown = Reflect.get(target, name, target);
      return typeof found === 'function' ? found.bind(target) : found;
    },
  });
}
