// Adds up the results that scripts/test left in a folder, names what failed, and prints `N passed, N failed` as the last line.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join, relative } from 'node:path';

const folder = process.argv[2];
const results = readdirSync(folder).flatMap((file) => countFile(file) ?? []);
const passed = sum(results.map((result) => result.passed));
const failed = sum(results.map((result) => result.failed));

console.log();
for (const { name, failures = [] } of results)
  for (const failure of failures) console.log(`FAILED ${name}: ${failure}\n`);
for (const { name, passed, failed, skipped, note } of results) {
  console.log(
    `${name.padEnd(12)} ${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}${note ? ` (${note})` : ''}`,
  );
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

function countFile(file) {
  const name = basename(file, extname(file));
  if (!file.endsWith('.check') && !file.endsWith('.project')) return undefined;
  const succeeded = readFileSync(join(folder, file), 'utf8').trim() === '0';
  if (file.endsWith('.check')) return { name, passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1 };
  return countProject(name, succeeded);
}

/** A project that ended badly without a failed test, that left no report, or that has no test at all, counts as one failure. */
function countProject(name, succeeded) {
  const report = readReport(name);
  if (!report) return { name, passed: 0, failed: 1, note: 'no report: vitest crashed' };
  const broken = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  const counts = {
    name,
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: [
      ...failedTests(report),
      ...broken.map((file) => `${relative('.', file.name)}\n${firstLines(file.message)}`),
    ],
  };
  if (report.numTotalTests === 0 && counts.failed === 0) return { ...counts, failed: 1, note: 'no tests' };
  if (!succeeded && counts.failed === 0) return { ...counts, failed: 1, note: 'vitest failed outside the tests' };
  return counts;
}

/** The end of a long log is all that some pipelines keep, so each failed test stands there once more with its reason. */
function failedTests(report) {
  return report.testResults.flatMap((file) =>
    file.assertionResults
      .filter((test) => test.status === 'failed')
      .map((test) => `${relative('.', file.name)} > ${test.fullName}\n${firstLines(test.failureMessages.join('\n'))}`),
  );
}

function firstLines(text) {
  const lines = (text ?? '').split('\n').slice(0, 25);
  return lines.map((line) => `    ${line.slice(0, 300)}`).join('\n');
}

function readReport(name) {
  try {
    return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
  } catch {
    return undefined;
  }
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
