/** Forms of a drawing. */
export const GRAPH_FORMATS = ['text', 'svg', 'dot', 'mermaid'] as const;

export type GraphFormat = (typeof GRAPH_FORMATS)[number];
