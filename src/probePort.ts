import type { Config } from './config/schema.ts';
import { portInUse, tryPort } from './listenPort.ts';

/** Version of the Fettle that listens at the configured http.port; undefined where none answers. */
export type RunningFettle = (signal: AbortSignal) => Promise<string | undefined>;

const UNSPECIFIED: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '[::1]', '[::]': '[::1]' };

/** Asks once, whoever wants to know. */
export function runningFettle(config: Pick<Config, 'http'>): RunningFettle {
  let asked: Promise<string | undefined> | undefined;
  return (signal) => {
    asked ??= askVersion(`${localAddress(config)}/healthz`, signal);
    return asked;
  };
}

/** Whether a Fettle answers at this address. */
export async function runningAt(url: string, signal: AbortSignal): Promise<boolean> {
  return (await askVersion(`${url.replace(/\/+$/, '')}/healthz`, signal)) !== undefined;
}

/** Where this machine reaches the API of the configuration. */
export function localAddress({ http: { host, port } }: Pick<Config, 'http'>): string {
  return `http://${addressable(host)}:${port}`;
}

/** Whether Fettle could listen there, or does already. */
export async function probeHttpPort({ http }: Config, running: RunningFettle, signal: AbortSignal): Promise<string> {
  return probePort(http.host, http.port, 'http.port', 'FETTLE_HTTP_PORT', async () => {
    const version = await running(signal);
    return version && `Fettle ${version} runs there already`;
  });
}

/** `explain`: what to tell when the port is taken by whom it is meant for; undefined when it is not. */
export async function probePort(
  host: string,
  port: number,
  option: string,
  variable: string,
  explain: () => Promise<string | undefined>,
): Promise<string> {
  try {
    await tryPort(host, port);
    return `port ${port} is free`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    const explanation = await explain();
    if (explanation !== undefined) return explanation;
    throw new Error(portInUse(port, option, variable), { cause: error });
  }
}

async function askVersion(url: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(3000)]);
    const answer: unknown = await (await fetch(url, { redirect: 'manual', signal: limit })).json();
    const { status, version, ...others } = answer as Record<string, unknown>;
    return status === 'ok' && typeof version === 'string' && Object.keys(others).length === 0 ? version : undefined;
  } catch {
    // Whatever else listens there need not speak HTTP, nor JSON.
    return undefined;
  }
}

function addressable(host: string): string {
  const named = UNSPECIFIED[host] ?? host;
  return named.includes(':') && !named.startsWith('[') ? `[${named}]` : named;
}
