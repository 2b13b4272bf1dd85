import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/**
 * The port to listen on: the one wished for or, for 0, one that is free now. Links in tickets are made before anything
 * listens, so the port has to be known by then.
 */
export function listenPort(host: string, wished: number): Promise<number> {
  return wished === 0 ? tryPort(host, 0) : Promise.resolve(wished);
}

/** The port wished for if nobody listens there, else any free one. */
export async function usablePort(host: string, wished: number): Promise<number> {
  try {
    return await tryPort(host, wished);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return tryPort(host, 0);
  }
}

/** Listens for a moment; rejects when the port can't be had. */
export async function tryPort(host: string, wished: number): Promise<number> {
  const server = createServer().listen(wished, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** What to tell an operator when a port that an option names is taken. */
export function portInUse(port: number, option: string, variable: string): string {
  return `port ${port} is in use: stop what listens there, or set ${option} (${variable})`;
}
