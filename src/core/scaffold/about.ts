/** The file of a scaffold that describes it and is not copied. */
export const ABOUT = 'about.txt';

/** The first line of an about.txt is the title, the rest, without blank lines, what to do next. */
export function parseAbout(text: string): { readonly title: string; readonly next: readonly string[] } {
  const [title = '', ...next] = text.split('\n').filter((line) => line.trim() !== '');
  return { title, next };
}
