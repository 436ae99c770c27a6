import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { WrittenValue } from '../as-written/written.ts';
import { checkShape } from '../schema/check-shape.ts';
import { VALUES } from '../schema/rule-shape.ts';
import { parseYaml } from '../yaml/parse-yaml.ts';
import type { SourceFile } from '../yaml/yaml-node.ts';
import { readValues } from './read-node.ts';

/** A file that is one mapping of values, as for `--var-file`. */
export function parseValueFile(file: SourceFile): {
  readonly values: readonly WrittenValue[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const { documents, diagnostics } = parseYaml(file);
  const [node, second] = documents;
  const problems = node === undefined ? [] : checkShape(node, VALUES, 'the file');
  const several: readonly Diagnostic[] =
    second === undefined
      ? []
      : [{ severity: 'error', code: 'state.type', message: 'A file of values holds one document', span: second.span }];
  return { values: readValues(node), diagnostics: [...diagnostics, ...problems, ...several] };
}
