import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

/** A certificate and its key, as PEM files. */
export interface CertificateFiles {
  readonly cert: string
  readonly key: string
}

export interface CertificateOptions {
  /** What it is for, e.g. `DNS:localhost,IP:127.0.0.1`; default nothing, as for a client. */
  readonly subjectAltName?: string
  /** Runs out the second after it is made. */
  readonly expired?: boolean
}

/** A certificate authority of the tests' own; nothing outside of them trusts it. */
export interface Authority {
  /** The file with its own certificate. */
  readonly ca: string
  readonly folder: string
  issue(commonName: string, options?: CertificateOptions): Promise<CertificateFiles>
  remove(): Promise<void>
}

const run = promisify(execFile)

/** Made anew for each run by the `openssl` program, which the packages of RabbitMQ bring along: no key lies in the repository. */
export async function createAuthority(): Promise<Authority> {
  const folder = await mkdtemp(path.join(tmpdir(), 'event-bus-certificates-'))
  const own = filesOf(folder, 'ca')
  await openssl(['req', '-x509', ...newKey(own), '-out', own.cert, '-subj', '/CN=event-bus tests', '-days', '2'])
  return {
    ca: own.cert,
    folder,
    issue: (commonName, options = {}) => issue(folder, own, commonName, options),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

let issued = 0

async function issue(
  folder: string,
  authority: CertificateFiles,
  commonName: string,
  { subjectAltName, expired = false }: CertificateOptions,
): Promise<CertificateFiles> {
  const name = `${commonName}-${++issued}`
  const files = filesOf(folder, name)
  const request = path.join(folder, `${name}.csr`)
  const extensions = path.join(folder, `${name}.ext`)
  await writeFile(extensions, subjectAltName === undefined ? '' : `subjectAltName=${subjectAltName}\n`)
  await openssl(['req', '-new', ...newKey(files), '-out', request, '-subj', `/CN=${commonName}`])
  const signer = ['-CA', authority.cert, '-CAkey', authority.key, '-CAcreateserial']
  const days = expired ? '0' : '2'
  await openssl(['x509', '-req', '-in', request, ...signer, '-extfile', extensions, '-days', days, '-out', files.cert])
  return files
}

function filesOf(folder: string, name: string): CertificateFiles {
  return { cert: path.join(folder, `${name}.pem`), key: path.join(folder, `${name}.key`) }
}

function newKey({ key }: CertificateFiles): string[] {
  return ['-newkey', 'rsa:2048', '-nodes', '-keyout', key]
}

async function openssl(args: readonly string[]): Promise<void> {
  try {
    await run('openssl', args)
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    throw new Error(isMissing ? 'the tests of TLS need the program openssl: install it' : 'openssl failed', { cause })
  }
}
