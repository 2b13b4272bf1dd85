import { fork } from 'node:child_process';
import { once } from 'node:events';
import { configure } from './installation.mjs';

/** A run that takes longer has lost messages. */
const LIMIT_MS = 180_000;
/** Both sides take over one session, so that the broker queues for nobody who is away. */
const CLIENT_ID = 'fettle-bench';

export function startFettle(broker, installation, options) {
  return Subject.start('./fettleProcess.mjs', [configure(installation, broker, CLIENT_ID)], options);
}

export function startBare(broker, options) {
  return Subject.start('./bareProcess.mjs', [broker.url, CLIENT_ID, broker.protocolVersion], options);
}

/** A measured process, seen from outside. */
class Subject {
  #child;

  static async start(script, args, { profile }) {
    const subject = new Subject();
    const execArgv = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
    subject.#child = fork(new URL(script, import.meta.url), args, { execArgv });
    await subject.#next('ready');
    return subject;
  }

  /** Runs `load`, which publishes `messages`, and resolves with what the process measured. */
  async measure(messages, load) {
    this.#child.send({ kind: 'measure', messages });
    await this.#next('armed');
    const [result] = await Promise.all([this.#next('measured'), load()]);
    if (result.messages !== messages || result.problems.length > 0) {
      throw new Error(`of ${messages} messages ${result.messages} were settled; ${result.problems.join('; ')}`);
    }
    return result;
  }

  /** Calls `take` with the asset of each ticket that opens; resolves after `count` of them. */
  async tickets(count, take) {
    await this.#next('ticket', count, ({ assetId }) => take(assetId));
  }

  async stop() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.send({ kind: 'stop' });
    await exited;
  }

  /** Resolves with the message when `count` of this kind have come; `take` is called with each. */
  #next(kind, count = 1, take = () => undefined) {
    const child = this.#child;
    return new Promise((resolve, reject) => {
      let missing = count;
      const done = (settle, value) => {
        clearTimeout(limit);
        child.off('message', receive).off('exit', exit);
        settle(value);
      };
      const receive = (message) => {
        if (message.kind !== kind) return;
        take(message);
        if (--missing === 0) done(resolve, message);
      };
      const exit = (code) => done(reject, new Error(`the process ended with code ${code} before '${kind}'`));
      const late = () => {
        done(reject, new Error(`the process did not say '${kind}' within ${LIMIT_MS / 1000} s`));
        child.kill('SIGKILL');
      };
      const limit = setTimeout(late, LIMIT_MS);
      child.on('message', receive).on('exit', exit);
    });
  }
}
