/** Why a connection could not be made or ended, told apart as far as the person who must act differs. */
export type FailureKind =
  | 'auth-refused'
  | 'client-id-refused'
  | 'taken-over'
  | 'protocol-refused'
  | 'broker-unavailable'
  | 'connection-refused'
  | 'host-unknown'
  | 'unreachable'
  | 'credentials'
  | 'tls-authority'
  | 'tls-expired'
  | 'tls-name'
  | 'tls-client'
  | 'tls'
  | 'no-websocket'
  | 'timeout'
  | 'closed-by-broker'
  | 'closed-again'
  | 'subscription-refused'
  | 'share-refused'
  | 'over-bounds'
  | 'protocol-error';

export interface Failure {
  readonly kind: FailureKind;
  /** In words: what happened and what to do about it. */
  readonly text: string;
}

const FAILURES: Readonly<Record<FailureKind, string>> = {
  'auth-refused':
    'the broker refuses the user name, password or certificate: check the credentials and its access rules',
  'client-id-refused': 'the broker refuses the client id: choose another one',
  'taken-over':
    'another client connected with the same client id and has the session now: give each its own (mqtt.clientId; with several nodes cluster.node), or end the other one',
  'protocol-refused': 'the broker does not speak this MQTT version: set the protocol version to 4 (3.1.1) or 5',
  'broker-unavailable': 'the broker says it is unavailable or busy',
  'connection-refused': 'nothing listens at the broker address: check host and port, and that the broker runs',
  'host-unknown': 'the host name of the broker cannot be resolved',
  unreachable: 'the network path to the broker is broken',
  credentials: 'the files with the credentials can not be used',
  'tls-authority':
    "the broker's certificate is not signed by an authority that Fettle trusts: set caFile to the certificate of the broker's authority, and have the broker send its whole chain",
  'tls-expired':
    "the broker's certificate has expired or is not valid yet: renew it at the broker, or put the clocks right",
  'tls-name':
    "the broker's certificate is for another host: use a host name in the url that the certificate holds, or have it made anew with this name",
  'tls-client':
    "the broker refuses Fettle's certificate, or wants one: set certFile and keyFile to a valid certificate of an authority that the broker trusts",
  tls: 'TLS failed: check that this port of the broker speaks TLS',
  'no-websocket': 'the address answers, and not as MQTT over websocket: check the path in the url (EMQX: /mqtt)',
  timeout: 'the broker does not answer in time',
  'closed-by-broker': 'the broker closed the connection without a reason, as when it stops',
  'closed-again':
    'the broker takes the connection and soon closes it again, each time without a reason: most likely another client connects with the same client id; give each its own (mqtt.clientId; with several nodes cluster.node), or see the log of the broker',
  'subscription-refused': 'the broker refuses every subscription: check its access rules and the topics',
  'share-refused':
    'the broker refuses shared subscriptions: it must support $share and its access rules must allow them; without, run a single Fettle (assess.mode inline)',
  'over-bounds':
    'what devices sent is not stored in time, and too much is unsettled: disconnected until that is stored',
  'protocol-error': 'the broker broke the protocol',
};

/** CONNACK return codes of 3.1.1 (1–5), reason codes of MQTT 5 (128 on) of CONNACK and DISCONNECT. */
const REASON_CODES: Readonly<Record<number, FailureKind>> = {
  1: 'protocol-refused',
  2: 'client-id-refused',
  3: 'broker-unavailable',
  4: 'auth-refused',
  5: 'auth-refused',
  132: 'protocol-refused',
  133: 'client-id-refused',
  134: 'auth-refused',
  135: 'auth-refused',
  136: 'broker-unavailable',
  137: 'broker-unavailable',
  138: 'auth-refused',
  139: 'broker-unavailable',
  140: 'auth-refused',
  141: 'timeout',
  142: 'taken-over',
  156: 'broker-unavailable',
  157: 'broker-unavailable',
};

const SYSTEM_CODES: Readonly<Record<string, FailureKind>> = {
  ECONNREFUSED: 'connection-refused',
  ENOENT: 'connection-refused',
  ENOTFOUND: 'host-unknown',
  EAI_AGAIN: 'host-unknown',
  ETIMEDOUT: 'timeout',
  ECONNRESET: 'closed-by-broker',
  EPIPE: 'closed-by-broker',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EPROTO: 'tls',
};

export function failure(kind: FailureKind, detail?: string): Failure {
  return { kind, text: detail ? `${FAILURES[kind]} (${detail})` : FAILURES[kind] };
}

/** From an error of MQTT.js, of the socket or of TLS. */
export function failureOfError(error: Error): Failure {
  const code: unknown = 'code' in error ? error.code : undefined;
  return failure(kindOf(code, error.message), typeof code === 'string' ? code : error.message);
}

/**
 * Whether another client may have taken the session. A broker of MQTT 3.1.1 closes the connection then without a word,
 * as it does when it stops, and the word that MQTT 5 has for it is often lost with the connection.
 */
export function isTakeover({ kind }: Failure): boolean {
  return kind === 'taken-over' || kind === 'closed-by-broker';
}

/** From the reason code of a DISCONNECT the broker sent (MQTT 5). */
export function failureOfDisconnect(reasonCode: number | undefined): Failure {
  const kind = REASON_CODES[reasonCode ?? 0] ?? 'closed-by-broker';
  return failure(kind, `reason code ${reasonCode ?? 0}`);
}

function kindOf(code: unknown, message: string): FailureKind {
  if (typeof code === 'number') return REASON_CODES[code] ?? 'protocol-error';
  if (typeof code === 'string') {
    return kindOfTls(code) ?? (/\bTLS\b/.test(message) ? 'tls' : (SYSTEM_CODES[code] ?? 'unreachable'));
  }
  if (/^Unexpected server response|Sec-WebSocket/i.test(message)) return 'no-websocket';
  return /timeout/i.test(message) ? 'timeout' : 'protocol-error';
}

/** From the codes of OpenSSL and Node. Alerts are what the other side says: the broker of Fettle's certificate. */
function kindOfTls(code: string): FailureKind | undefined {
  if (/^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/.test(code)) return 'tls-expired';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'tls-name';
  if (/SELF_SIGNED|UNABLE_TO_|CERT_(UNTRUSTED|SIGNATURE|CHAIN|REVOKED)|INVALID_CA/.test(code)) return 'tls-authority';
  if (/^ERR_SSL_.*ALERT_.*(CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|HANDSHAKE_FAILURE)/.test(code)) return 'tls-client';
  return /^ERR_(SSL|TLS)|CERT/.test(code) ? 'tls' : undefined;
}
