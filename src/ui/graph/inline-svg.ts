/** Elements and attributes of which the drawings of Graphviz consist, as `printDot` asks for them: none loads or runs anything. */
const ELEMENTS = new Set(['svg', 'g', 'path', 'polygon', 'polyline', 'ellipse', 'text']);
const ATTRIBUTES = new Set([
  ...['xmlns', 'width', 'height', 'viewBox', 'class', 'transform', 'd', 'points', 'x', 'y', 'cx', 'cy', 'rx', 'ry'],
  ...['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'text-anchor', 'font-family', 'font-size', 'font-weight'],
]);

/**
 * The drawing as an element: without what stands before it, comments, and the ids and titles that Graphviz makes up, which would be tooltips such as
 * `n0->n1`. Text in it is escaped by Graphviz; all the same a drawing in which there is anything else than shapes and text is refused.
 */
export function inlineSvg(drawn: string, label: string): string {
  const svg = drawn
    .slice(drawn.indexOf('<svg'))
    .replaceAll(/<!--[^>]*-->\n?/g, '')
    .replaceAll(/<title>[^<]*<\/title>\n?/g, '')
    .replaceAll(/ (?:id|xmlns:xlink|xml:space)="[^"]*"/g, '')
    .trim();
  for (const [, element = '', attributes = ''] of svg.matchAll(/<\/?([^\s/>]*)([^<>]*)>/g)) {
    const names = [...attributes.matchAll(/([^\s="]+)="[^"]*"/g)].map(([, name = '']) => name);
    const other = names.find((name) => !ATTRIBUTES.has(name));
    if (!ELEMENTS.has(element) || other !== undefined)
      throw new Error(`Graphviz drew what is no shape: ${element} ${other ?? ''}`);
  }
  return svg.replace('<svg ', `<svg role="img" aria-label="${label}" `);
}
