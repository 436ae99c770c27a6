/** What is wrong with a flow, and where: UTF-16 units from its begin, `end` exclusive. */
export type FlowProblem = {
  /** One sentence without a final full stop. */
  readonly message: string;
  readonly start: number;
  readonly end: number;
  readonly hint: string;
};

/** A word of a flow, or an item of one, with its place. */
export type FlowWord = { readonly text: string; readonly start: number; readonly end: number };

/** A reader of a flow returns undefined where it has reported what is wrong. */
export type Report = (word: FlowWord, message: string, hint: string) => undefined;

/** What stands where, as far as it is there. */
export type FlowWords = {
  readonly protocol: FlowWord;
  readonly source?: FlowWord;
  readonly sourcePort?: FlowWord;
  readonly destination?: FlowWord;
  readonly destinationPort?: FlowWord;
  readonly in?: FlowWord;
  readonly out?: FlowWord;
  readonly type?: FlowWord;
  readonly state?: FlowWord;
  readonly path?: FlowWord;
  readonly family?: FlowWord;
};
