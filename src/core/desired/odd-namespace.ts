/**
 * An entry under /run/netns that fw does not work with: a file that is no network namespace, a name that fw does not take, or another namespace than fw's own that is called
 * `host`, which means fw's own.
 */
export type OddNamespace = { readonly name: string; readonly why: 'no namespace' | 'name' | 'host' };

/** What is known about names besides those that can be used. */
export type AboutNames = {
  readonly odd?: readonly OddNamespace[] | undefined;
  /** What makes a namespace of this name be there; `ip netns add` where it is not given. */
  readonly remedy?: ((name: string) => string) | undefined;
};
