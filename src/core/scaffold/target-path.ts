/**
 * Where a file of a scaffold goes. A name that begins with `dot-` stands for one that begins with a dot, which packagers and tools
 * would leave out or obey where the template is.
 */
export function targetPath(path: string): string {
  return path
    .split('/')
    .map((part) => part.replace(/^dot-/, '.'))
    .join('/');
}
