import { instance } from '@viz-js/viz';

/** Makes an SVG of a text in the language of Graphviz. */
export type Draw = (dot: string) => string;

/** Graphviz as WebAssembly. Only a picture needs its megabyte, so the build keeps this file apart from main.cjs: load it by `loadGraphviz`. */
export async function openGraphviz(): Promise<Draw> {
  const graphviz = await instance();
  return (dot) => graphviz.renderString(dot, { format: 'svg' });
}
