import { chmod, chown, copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { CertificateFiles } from '../tls/certificates.ts'
import { ordinaryUser, type PrivatePostgres, startPostgres } from './private-postgres.ts'

/** A private PostgreSQL that shows this certificate. Its own account must be able to read the key, and nobody else. */
export async function startTlsPostgres(certificate: CertificateFiles): Promise<PrivatePostgres> {
  const folder = await mkdtemp(path.join(tmpdir(), 'eventbus-postgres-tls-'))
  const [cert, key] = [path.join(folder, 'server.pem'), path.join(folder, 'server.key')]
  await copyFile(certificate.cert, cert)
  await copyFile(certificate.key, key)
  await chmod(key, 0o600)
  const user = ordinaryUser()
  if (user) await Promise.all([folder, cert, key].map((file) => chown(file, user.uid, user.gid)))
  const server = await startPostgres({ ssl: 'on', ssl_cert_file: cert, ssl_key_file: key })
  const remove = server.remove.bind(server)
  return Object.assign(server, {
    async remove() {
      await remove()
      await rm(folder, { recursive: true, force: true })
    },
  })
}
