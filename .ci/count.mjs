// Prints "N passed, N failed" from vitest's JSON report. Arguments: report, exit status of the run. A file that could
// not be loaded counts as one failure, and so does a run that failed elsewhere. Fails when anything did.
import { readFileSync } from 'node:fs';
import process from 'node:process';

const [file, status] = process.argv.slice(2);
const text = readFileSync(file, 'utf8');
const report = text === '' ? { numPassedTests: 0, numFailedTests: 0, testResults: [] } : JSON.parse(text);
const broken = report.testResults.filter(
  ({ status: result, assertionResults }) =>
    result === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
);
const failed = report.numFailedTests + broken.length;
const counted = status === '0' ? failed : Math.max(1, failed);
process.stdout.write(`${report.numPassedTests} passed, ${counted} failed\n`);
process.exitCode = counted === 0 ? 0 : 1;
