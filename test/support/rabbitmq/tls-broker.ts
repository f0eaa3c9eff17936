import { copyFile } from 'node:fs/promises'
import path from 'node:path'
import { freePorts } from '../free-ports.ts'
import type { Authority, CertificateFiles } from '../tls/certificates.ts'
import { type PrivateBroker, startBroker } from './private-broker.ts'

export interface TlsBroker extends PrivateBroker {
  /** Of TLS. The other one, `port`, is plain. */
  readonly tlsPort: number
  /** Shows this certificate to those who connect from now on. */
  useCertificate(files: CertificateFiles): Promise<void>
}

export interface TlsBrokerOptions {
  /** Signs the clients' certificates. */
  readonly authority: Authority
  readonly certificate: CertificateFiles
  /** Default `optional`. */
  readonly clientCertificate?: 'optional' | 'required'
  /** Whether the plugin is there that SASL EXTERNAL needs; the user is the certificate's common name. Default true. */
  readonly external?: boolean
}

/** A private broker that takes connections over TLS, too. */
export async function startTlsBroker(options: TlsBrokerOptions): Promise<TlsBroker> {
  const { authority, certificate, clientCertificate = 'optional', external = true } = options
  const [tlsPort = 0] = await freePorts(1)
  const shown = {
    cert: path.join(authority.folder, `${tlsPort}.pem`),
    key: path.join(authority.folder, `${tlsPort}.key`),
  }
  await copy(certificate, shown)
  const config = [
    `listeners.ssl.1 = 127.0.0.1:${tlsPort}`,
    `ssl_options.cacertfile = ${authority.ca}`,
    `ssl_options.certfile = ${shown.cert}`,
    `ssl_options.keyfile = ${shown.key}`,
    'ssl_options.verify = verify_peer',
    `ssl_options.fail_if_no_peer_cert = ${clientCertificate === 'required'}`,
    ...(external
      ? ['auth_mechanisms.1 = PLAIN', 'auth_mechanisms.2 = EXTERNAL', 'ssl_cert_login_from = common_name']
      : []),
  ]
  const broker = await startBroker({ config, plugins: external ? ['rabbitmq_auth_mechanism_ssl'] : [] })
  return Object.assign(broker, {
    tlsPort,
    async useCertificate(files: CertificateFiles) {
      await copy(files, shown)
      // Erlang reads files anew every two minutes only.
      await broker.ctl('eval', 'ssl:clear_pem_cache().')
    },
  })
}

async function copy(from: CertificateFiles, to: CertificateFiles): Promise<void> {
  await copyFile(from.cert, to.cert)
  await copyFile(from.key, to.key)
}
