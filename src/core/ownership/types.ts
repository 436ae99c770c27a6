/**
 * Which chains of a table fw may write. Shared: those of these owners, apart from `others`, which another state of the data folder has under
 * the same owner; exclusive: all but the kept ones.
 */
export type StepOwnership =
  | { readonly kind: 'shared'; readonly owners: readonly string[]; readonly others?: readonly string[] }
  | { readonly kind: 'exclusive'; readonly keep: readonly string[] };
