import { X509Certificate } from 'node:crypto'
import { type ConnectionOptions as TlsOptions, createSecureContext } from 'node:tls'
import type { OptionReader } from '../core/option-reader.ts'
import type { Ask } from './ask.ts'

export type { TlsOptions }

const allowed = "true, false, an object of Node's TLS options, or a function that answers with one"
const asPem = 'the text of PEM files, not their names'

/** The option `tls`; `undefined` without TLS. */
export function readTls(read: OptionReader): TlsOptions | Ask<TlsOptions> | undefined {
  const value = read.value('tls') ?? false
  if (value === false) return undefined
  if (value === true) return {}
  return typeof value === 'function' ? (value as Ask<TlsOptions>) : readTlsOptions(read, 'tls')
}

/**
 * Refuses what Node would report with the first connection only, or never: it ignores a `ca` that is no certificate, and
 * trusts the well-known authorities when it is empty.
 */
export function readTlsOptions(read: OptionReader, name: string): TlsOptions {
  const options: TlsOptions = read.instance(name, allowed, isObject) ?? {}
  const { ca, cert, key, privateKeyIdentifier } = options
  if (ca !== undefined && !isCertificates(ca)) throw read.refuse(name, "has a 'ca' that is no certificate", asPem)
  const hasKey = Boolean(key ?? privateKeyIdentifier)
  if (Boolean(cert) !== hasKey) throw read.refuse(name, "has one of 'cert' and 'key'", `both or none, as ${asPem}`)
  try {
    createSecureContext(options)
  } catch (error) {
    // Never the message where there is a code: it may show a value.
    const { code, message } = error as NodeJS.ErrnoException
    throw read.refuse(name, `cannot be used (${code ?? message})`, `'ca', 'cert' and its 'key' as ${asPem}`)
  }
  return options
}

/** Whether the broker can be shown a client certificate. */
export function hasClientCertificate({ cert, pfx, secureContext }: TlsOptions): boolean {
  return Boolean(cert ?? pfx ?? secureContext)
}

function isCertificates(ca: unknown): boolean {
  if (Array.isArray(ca)) return ca.length > 0 && ca.every(isCertificates)
  try {
    return String(ca).includes('-----BEGIN ') && new X509Certificate(ca as string | Buffer).ca !== undefined
  } catch {
    return false
  }
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
