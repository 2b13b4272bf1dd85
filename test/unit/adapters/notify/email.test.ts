import { expect, it, onTestFinished } from 'vitest';
import { createEmail } from '../../../../src/adapters/notify/email.ts';
import { PermanentDeliveryError } from '../../../../src/ports/serviceDesk.ts';
import { startSmtpServer } from '../../../support/smtpServer.ts';

const MESSAGE = {
  title: '[P1] #7 Overdue: Filter\r\nBcc: x@evil.example',
  lines: ['更换滤芯', 'Asset: a1'],
  url: 'https://f.example/t/7',
};

async function mailbox(change: object = {}) {
  const server = await startSmtpServer();
  onTestFinished(() => server.close());
  const mail = createEmail({
    host: '127.0.0.1',
    port: server.port,
    security: 'none',
    from: 'Fettle <fettle@example.com>',
    timeout: 5000,
    allowPrivateAddresses: true,
    ...change,
  });
  return {
    server,
    send: () => mail.send(MESSAGE, ['ann@example.com', 'bob@example.com'], 'K1', AbortSignal.timeout(5000)),
  };
}

it('sends a mail to all addresses, with the same message id at every attempt', async () => {
  const { server, send } = await mailbox({ username: 'fettle', password: 'pass' });
  await send();
  await send();
  expect(server.mails).toHaveLength(2);
  for (const { from, to, data, login } of server.mails) {
    expect([from, to, login]).toEqual(['fettle@example.com', ['ann@example.com', 'bob@example.com'], 'fettle pass']);
    expect(data).toContain('Message-ID: <K1@fettle>');
    expect(data).toContain('Auto-Submitted: auto-generated');
    expect(data).not.toMatch(/^Bcc:/m);
    const body = data.split('\n\n').slice(1).join('\n\n').trim();
    const text = /base64/.test(data) ? Buffer.from(body, 'base64').toString() : body;
    for (const part of MESSAGE.lines) expect(decoded(text)).toContain(part);
  }
});

it('is told apart who is refused for good and who only now', async () => {
  const { server, send } = await mailbox();
  for (const reply of ['450 busy', '450 busy']) server.refuse(reply);
  await expect(send()).rejects.not.toThrow(PermanentDeliveryError);
  for (const reply of ['550 no such user', '550 no such user']) server.refuse(reply);
  await expect(send()).rejects.toThrow(PermanentDeliveryError);
  expect(server.mails).toEqual([]);
});

it('a server in a private network is not called unless that is allowed', async () => {
  const { server, send } = await mailbox({ allowPrivateAddresses: false });
  await expect(send()).rejects.toThrow(PermanentDeliveryError);
  const local = await mailbox({ allowPrivateAddresses: false, host: 'localhost' });
  await expect(local.send()).rejects.toThrow(/internal address/);
  expect(server.mails).toEqual([]);
});

it('without TLS where that is asked for, nothing is sent', async () => {
  const { server, send } = await mailbox({ security: 'starttls' });
  await expect(send()).rejects.toThrow();
  expect(server.mails).toEqual([]);
});

function decoded(text: string): string {
  const bytes = text
    .replaceAll(/=\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_all, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return text.includes('=E') ? Buffer.from(bytes, 'latin1').toString() : text;
}
