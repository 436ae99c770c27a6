import type { Draw } from './graphviz.ts';

export async function loadGraphviz(): Promise<Draw> {
  const { openGraphviz } = await import('./graphviz.ts');
  return openGraphviz();
}
