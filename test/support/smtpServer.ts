import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly data: string;
  readonly login?: string;
}

export interface SmtpServer {
  readonly port: number;
  readonly mails: readonly Mail[];
  /** Answers the next recipient like this in place of 250. */
  refuse(reply: string): void;
  close(): Promise<void>;
}

/** A mail server on 127.0.0.1 that keeps what it is given: the commands of RFC 5321 that a client needs, and AUTH PLAIN (RFC 4616). */
export async function startSmtpServer(): Promise<SmtpServer> {
  const mails: Mail[] = [];
  const refusals: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let [from, login, data]: (string | undefined)[] = [];
    let to: string[] = [];
    let text = '';
    const say = (line: string) => socket.write(`${line}\r\n`);
    const take = (line: string): void => {
      if (data !== undefined) {
        if (line !== '.') data += `${line.replace(/^\.\./, '.')}\n`;
        else {
          mails.push({ from: from ?? '', to, data, ...(login !== undefined && { login }) });
          [data, to] = [undefined, []];
          say('250 kept');
        }
        return;
      }
      const address = /<(.*)>/.exec(line)?.[1] ?? '';
      if (/^EHLO/i.test(line)) say('250-here\r\n250 AUTH PLAIN');
      else if (/^AUTH PLAIN /i.test(line)) {
        login = Buffer.from(line.slice('AUTH PLAIN '.length), 'base64').toString().replaceAll('\0', ' ').trim();
        say('235 welcome');
      } else if (/^MAIL/i.test(line)) [from] = [address, say('250 ok')];
      else if (/^RCPT/i.test(line)) {
        const refusal = refusals.shift();
        if (refusal === undefined) to.push(address);
        say(refusal ?? '250 ok');
      } else if (/^DATA/i.test(line)) [data] = ['', say('354 go on')];
      else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n');
      else say('250 ok');
    };
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      text += chunk.toString();
      const lines = text.split('\r\n');
      text = lines.pop()!;
      lines.forEach(take);
    });
    say('220 ready');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    mails,
    refuse: (reply) => void refusals.push(reply),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
