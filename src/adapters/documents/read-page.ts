import { FwError } from '../../core/diagnostics/errors.ts';
import { openShippedFiles } from '../state-files/shipped-files.ts';

/** A page of the documentation, as it comes with this fw. Throws `usage` where it does not. */
export async function readPage(name: string): Promise<string> {
  const path = `docs/${name}.md`;
  const page = await openShippedFiles().read(path);
  if (page !== undefined) return page.text;
  throw new FwError('usage', `the page ${path} did not come with this fw`, {
    next: 'Read docs/ of its repository, or install the whole package.',
  });
}
