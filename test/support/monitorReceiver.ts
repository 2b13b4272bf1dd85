import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How the monitor answers: a status, a status with headers, or nothing at all. */
export type MonitorAnswer = number | { readonly status: number; readonly location: string } | 'silence' | 'hang-up';

export interface MonitorReceiver {
  /** With a path that nobody but Fettle is to know. */
  readonly url: string;
  /** Method and path of each request, in order of arrival. */
  readonly requests: string[];
  /** How requests are answered from now on; 200 at first. */
  answer: MonitorAnswer;
  close(): Promise<void>;
}

/** The outside monitor's end of a heartbeat, on 127.0.0.1. */
export async function startMonitorReceiver(): Promise<MonitorReceiver> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    respond(response, receiver.answer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const receiver: MonitorReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/ping/secret-check`,
    requests,
    answer: 200,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return receiver;
}

function respond(response: ServerResponse, answer: MonitorAnswer): void {
  if (answer === 'silence') return;
  if (answer === 'hang-up') response.destroy();
  else if (typeof answer === 'number') response.writeHead(answer).end('OK');
  else response.writeHead(answer.status, { location: answer.location }).end();
}
