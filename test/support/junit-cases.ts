import { createRequire } from 'node:module';

type Case = { readonly name: string; readonly status: string; readonly failure: string };
type Parser = {
  parse(options: { readonly type: 'junit'; readonly files: readonly string[] }): {
    readonly suites: readonly { readonly cases: readonly Case[] }[];
  };
};

// A package without types, which other tools read reports with.
const parser = createRequire(import.meta.url)('test-results-parser') as Parser;

/** The cases of a JUnit file as a reader of such files sees them. */
export function junitCases(file: string): readonly Case[] {
  return parser.parse({ type: 'junit', files: [file] }).suites.flatMap(({ cases }) => cases);
}
