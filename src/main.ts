import { Command } from 'commander';
import { StartupError, StoppedError } from './app.ts';
import { backtestCommand } from './commands/backtest.ts';
import { check } from './commands/check.ts';
import { CommandError, ConfigurationError } from './commands/commandError.ts';
import { commission } from './commands/commission.ts';
import { decode } from './commands/decode.ts';
import { demo } from './commands/demo.ts';
import { ALL, evaluateCommand } from './commands/evaluate.ts';
import { EXIT_CODES, EXIT_CODES_OF_SERVE } from './commands/exitCodes.ts';
import { importCommand } from './commands/import/command.ts';
import { createKey, listKeys, revokeKey } from './commands/keys.ts';
import { landmarks } from './commands/landmarks.ts';
import { migrate } from './commands/migrate.ts';
import { replayCmapssCommand } from './commands/replayCmapss.ts';
import { tellRestored } from './commands/restored.ts';
import { serve } from './commands/serve.ts';
import { simulate } from './commands/simulate.ts';
import { installedVersion } from './config/installation.ts';
import { SetupError, UnavailableError } from './errors.ts';
import { EVALUATIONS } from './evaluation/index.ts';

const CONFIG: [string, string] = [
  '-c, --config <file>',
  'configuration file (default: fettle.yaml here, or $FETTLE_CONFIG)',
];

function program(): Command {
  const fettle = new Command('fettle')
    .description(
      'Predictive maintenance: telemetry in over MQTT, one well-founded service ticket out per developing fault.',
    )
    .version(installedVersion());
  fettle
    .command('serve')
    .description('run Fettle')
    .option(...CONFIG)
    .addHelpText('after', EXIT_CODES_OF_SERVE)
    .action(serve);
  fettle
    .command('demo')
    .description('run Fettle with a simulated fleet beside it')
    .option('--until-live', 'end once the fleet has caught up with the present')
    .action(demo);
  fettle
    .command('simulate')
    .description('let the simulated fleet report to a running Fettle (publicUrl, apiKey) through its broker (mqtt.url)')
    .option(...CONFIG)
    .action(simulate);
  fettle
    .command('check')
    .description('check configuration, asset models and assets; every mistake at once')
    .option(...CONFIG)
    .option('--connect', 'try the servers too')
    .action(check);
  fettle
    .command('migrate')
    .description('bring the tables of the database up to date, and end')
    .option(...CONFIG)
    .action(migrate);
  fettle
    .command('restored')
    .description('say that the database was restored from a backup: deliveries are paused, findings made again')
    .option(...CONFIG)
    .action(tellRestored);
  fettle
    .command('decode')
    .description(
      'show what a payload becomes: samples, a word on a connection, or why not (exit code 1 when anything is refused)',
    )
    .argument('<file>', 'file with the payload, - for standard input')
    .requiredOption('-t, --topic <topic>', 'topic it came on')
    .option('-s, --source <id>', 'only this source, or entry of presence')
    .option('-m, --model <id>', 'asset model, for an asset that is not registered')
    .option('--json', 'as JSON')
    .option(...CONFIG)
    .action(decode);
  fettle
    .command('import')
    .description('bring history out of CSV and Parquet files: stored, shown and read by backtests; it opens no tickets')
    .argument('<path...>', 'files, or folders of them; stopped, the same command goes on where it was')
    .option('-s, --source <id>', 'whose mapping and units the values have (default: the only source)')
    .option('-a, --asset <id>', 'all rows are of this asset')
    .option('--asset-column <name>', 'column with the id of the asset')
    .option('--device <id>', 'all rows are of this device')
    .option('--device-column <name>', 'column with the id of the device')
    .option('--time-column <name>', 'column with the time')
    .option('--metric-column <name>', 'column that names the metric, where each row has one value')
    .option('--value-column <name>', 'column with that value')
    .option('--unit-column <name>', 'column with its unit')
    .option('--skip <name>', 'a column, or metric, to leave out; may be given again', gather)
    .option('--zone <zone>', 'time zone of times that have none, such as Europe/Berlin')
    .option('--time-format <form>', 'how the time is written, such as "%d.%m.%Y %H:%M:%S"')
    .option('--decimal <sign>', 'decimal separator of numbers that are texts: . or ,', '.')
    .option('--dry-run', 'tell what would be stored and refused')
    .option('--again', 'from the beginning, though it was imported before: where its data were lost since')
    .option('--notes <folder>', 'where refused rows and progress are kept (default: beside each file)')
    .option('--url <url>', 'of the running Fettle (default: publicUrl, or the one here)')
    .option('--key <key>', 'of the role engineer (default: apiKey)')
    .option(...CONFIG)
    .action(importCommand);
  fettle
    .command('commission')
    .description(
      'say of assets of a running Fettle whether they are ready to be watched, and what came and is not mapped (exit code 1 unless all are ready)',
    )
    .argument('[assets...]', 'their ids (default: the first hundred)')
    .option('--json', 'as one JSON object')
    .option(...CONFIG)
    .action(commission);
  fettle
    .command('backtest')
    .description('try asset models on stored history: which tickets they would have opened, beside those in force')
    .requiredOption('-m, --models <folder>', 'the asset models to try, as changed')
    .option('--from <time>', 'only tickets that open from here on count (default: all)')
    .option('--to <time>', 'nothing from here on is looked at (default: now)')
    .option('-a, --asset <id...>', 'only these (default: all assets of the models)')
    .option(
      '--failures <file>',
      'failures that happened, in place of the failure records: CSV with asset,component,failure-mode,time',
    )
    .option('--within <duration>', 'a ticket that cleared no longer than this before a failure has warned of it', '7d')
    .option('--json', 'as one JSON object')
    .option('--html <file>', 'write a page with charts, too')
    .option(...CONFIG)
    .action(backtestCommand);
  const replay = fettle.command('replay').description('replay public data sets as MQTT devices');
  replay
    .command('cmapss')
    .description("NASA's turbofan engines, run to failure: tickets against failures")
    .argument('[folder]', 'folder with train_FD001.txt (default: cmapss in $FETTLE_DATA_SETS)')
    .option('--set <name>', 'file of the set', 'train_FD001')
    .option('--keep <folder>', 'keep the data there')
    .action(replayCmapssCommand);
  fettle
    .command('evaluate')
    .description('measure on a public data set how well the rules do: messages in, tickets out, against the truth')
    .argument('<dataset>', `one of ${EVALUATIONS.map(({ id }) => id).join(', ')}, or ${ALL}`)
    .argument('[paths...]', 'its files or folder (default: its folder in $FETTLE_DATA_SETS)')
    .option('--json', 'as one JSON object')
    .option('--models <folder>', 'asset models (default: those that come with Fettle)')
    .option(
      '--disturb <seed>',
      'replay it once more shuffled, with duplicates and a backlog: the tickets must be the same',
    )
    .option('--train <file>', 'cmapss: histories up to the failure, from which is learned')
    .option('--test <file>', 'cmapss: engines to forecast (default: those of --train, each by the others)')
    .option('--rul <file>', 'cmapss: the cycles that the engines of --test had left')
    .option('--keep <folder>', 'keep the data there')
    .option('--markdown <file>', 'with all: put the table into this page')
    .action(evaluateCommand);
  fettle
    .command('landmarks')
    .description('fit the landmarks of a trend to units that were run to their end; prints them as YAML')
    .argument('<histories>', 'CSV (also .gz) with unit,time,<metric…>; the last row of a unit is its end')
    .requiredOption('--of <metric>', 'the indicator; rows as far apart as the rule renews its forecast')
    .requiredOption('--over <metric>', 'use since new')
    .option('--below', 'it falls towards its limit')
    .option('--at <ages>', 'in units of use, separated by commas (default: ten over a usual life)')
    .action(landmarks);
  const keys = fettle.command('keys').description('API keys (Fettle stopped, or on a database server)');
  keys
    .command('list')
    .option(...CONFIG)
    .action(listKeys);
  keys
    .command('create')
    .argument('<name>')
    .argument('<role>', 'viewer, agent, engineer, admin or device')
    .option('--source <id>', 'of the role device: the source whose telemetry it may send')
    .option(...CONFIG)
    .action(createKey);
  keys
    .command('revoke')
    .argument('<name>')
    .option(...CONFIG)
    .action(revokeKey);
  return fettle;
}

/** An option that may be given again; one that took several names at once would swallow the argument behind it. */
function gather(name: string, before: readonly string[] = []): readonly string[] {
  return [...before, name];
}

/** Their messages say who must do what; a stack would only hide it. */
const FOR_PEOPLE = [CommandError, StartupError, SetupError, UnavailableError];

try {
  await program().parseAsync();
} catch (error) {
  // What the start was waiting for is left behind.
  if (error instanceof StoppedError) process.exit();
  const expected = FOR_PEOPLE.some((kind) => error instanceof kind);
  const text = error instanceof Error ? (expected ? error.message : error.stack) : String(error);
  process.stderr.write(`${text}\n`);
  process.exitCode = error instanceof ConfigurationError ? EXIT_CODES.configuration : EXIT_CODES.failed;
}
