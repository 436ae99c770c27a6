/** Where values come from that only the machine knows: names of files and folders, and what `fw completion --values` prints. */
export type ValueSource = 'files' | 'folders' | Asked;

/** What a shell asks fw for while the user types. */
export const ASKED = ['namespaces', 'generations', 'states', 'chains', 'applies', 'kinds', 'pipelines'] as const;
export type Asked = (typeof ASKED)[number];

/** What may stand in one place: these words, and what these sources hold. Neither: any text, nothing is offered. */
export type Offer = { readonly words: readonly string[]; readonly sources: readonly ValueSource[] };

export type FlagEntry = {
  readonly name: string;
  readonly char: string | undefined;
  readonly summary: string;
  /** Undefined for a flag that takes no value. */
  readonly value: Offer | undefined;
};

export type CommandEntry = {
  readonly id: string;
  readonly summary: string;
  readonly flags: readonly FlagEntry[];
  readonly args: readonly Offer[];
};
