import type { Span } from '../../diagnostics/span.ts';
import { LIMITS } from '../../limits.ts';
import type { ParameterType } from '../schema/parameter-type.ts';
import type { WrittenItem, WrittenRule, WrittenTable, WrittenTest, WrittenUse, WrittenValue } from './written.ts';

/** A template file as written. `tables` and `uses` are for a document, `rules` for the rules of a chain; it has one or the other. */
export type Template = {
  readonly name: string;
  /** Of the file. */
  readonly span: Span;
  readonly description?: string;
  readonly parameters: readonly Parameter[];
  readonly values: readonly WrittenValue[];
  readonly uses: readonly WrittenUse[];
  readonly tables: readonly WrittenTable<WrittenItem>[];
  readonly rules?: readonly WrittenItem[];
  /** Absent is the same as none; a template for the rules of a chain has none. */
  readonly tests?: readonly WrittenTest[];
  /** Something is wrong with the file, which is reported already: nothing is made of it. */
  readonly isBroken: boolean;
};

export type Parameter = {
  readonly name: string;
  /** Of the name. */
  readonly span: Span;
  readonly type: ParameterType;
  readonly isList: boolean;
  readonly isRequired: boolean;
  readonly description?: string;
  readonly default?: WrittenValue;
};

/** All templates that a state uses, by name, and the names of others for suggestions. */
export type Templates = {
  readonly found: ReadonlyMap<string, Template>;
  readonly names: readonly string[];
};

export function isUse(item: WrittenRule | WrittenUse): item is WrittenUse {
  return 'template' in item;
}

/** Whatever asks for a template: nothing else becomes part of a path. */
export function isTemplateName(name: string): boolean {
  return name.length <= LIMITS.name.most && /^[a-z0-9][a-z0-9-]*$/.test(name);
}
