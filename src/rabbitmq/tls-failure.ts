import { EventBusError } from '../core/errors.ts'

const untrusted =
  'Its certificate is signed by an authority that this process does not trust. Give the certificate of that authority as tls.ca, or name its file in NODE_EXTRA_CA_CERTS'
const badClientCertificate =
  "The broker refuses the client certificate (tls.cert): its authority has to be in 'ssl_options.cacertfile' of the broker, and it must be valid now"

/** What to do, by what Node and OpenSSL call the failure. The first that matches. */
const advice: readonly (readonly [RegExp, string])[] = [
  [/SELF_SIGNED|UNABLE_TO_GET_ISSUER|UNABLE_TO_VERIFY|CERT_UNTRUSTED|CERT_SIGNATURE/, untrusted],
  [
    /ALTNAME_INVALID|HOSTNAME_MISMATCH/,
    'Its certificate is for other names than this one. Connect by a name that is in it, or give one as tls.servername',
  ],
  [/^CERT_HAS_EXPIRED/, 'Its certificate has expired. Renew it on the broker'],
  [/^CERT_NOT_YET_VALID/, 'Its certificate is not valid yet. Is a clock wrong?'],
  [
    /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG/,
    "It is no port for TLS. RabbitMQ has one where 'listeners.ssl' is set, 5671 as a rule",
  ],
  [
    /ALERT_CERTIFICATE_REQUIRED/,
    'The broker demands a client certificate. Give it and its key as tls.cert and tls.key',
  ],
  [
    /ALERT_HANDSHAKE_FAILURE/,
    'The broker demands a client certificate (tls.cert and tls.key), or the two sides have no TLS cipher in common',
  ],
  [/ALERT_(BAD_|UNSUPPORTED_)?CERTIFICATE|ALERT_UNKNOWN_CA/, badClientCertificate],
  [/PROTOCOL|NO_CIPHER/, 'The two sides have no TLS version or cipher in common'],
]

/** Whether an error of a socket comes from TLS, by its code. */
export function isTlsFailure(code: string): boolean {
  return /^(ERR_SSL|ERR_TLS|EPROTO|CERT_|CRL_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_OSSL|HOSTNAME_MISMATCH|INVALID_CA)/.test(
    code,
  )
}

/** The error of a handshake that failed, with what to do. */
export function tlsFailed(address: string, code: string, cause: Error): EventBusError {
  const [, what] = advice.find(([pattern]) => pattern.test(code)) ?? []
  // Which names there are stands in the reason alone.
  const { reason } = cause as { reason?: unknown }
  const why = code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? `${code}: ${String(reason)}` : code
  const message = `The TLS handshake with ${address} failed (${why}). ${what ?? "Check 'tls' here and 'ssl_options' of the broker"}`
  return new EventBusError('TLS_FAILED', message, { cause })
}
