/**
 * A path of the state as a URI of a report: relative to `base` (an absolute folder) where it is below, since only such a path means
 * something in a repository.
 */
export function relativeUri(path: string, base: string): { readonly uri: string; readonly uriBaseId?: '%SRCROOT%' } {
  const below = path.startsWith(`${base}/`) ? path.slice(base.length + 1) : path;
  const encoded = below
    .replace(/^(\.\/)+/, '')
    .split('/')
    .map(encodeSegment)
    .join('/');
  if (below.startsWith('/')) return { uri: `file://${encoded}` };
  return { uri: encoded === '' ? '.' : encoded, uriBaseId: '%SRCROOT%' };
}

/** A lone surrogate cannot be written in UTF-8; it becomes the replacement character. */
function encodeSegment(segment: string): string {
  return encodeURIComponent(segment.replace(/\p{Cs}/gu, '\ufffd'));
}
