/** An entry under /run/netns that fw does not work with: a file that is no network namespace, or a name that fw does not take. */
export type OddNamespace = { readonly name: string; readonly why: 'no namespace' | 'name' };
