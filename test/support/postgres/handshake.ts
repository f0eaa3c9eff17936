import { Client } from 'pg'

const surroundingsSql = `
  SELECT current_setting('server_version') AS version, current_setting('server_encoding') AS encoding,
    has_database_privilege(current_database(), 'CREATE') AS may_create`

/** The version of the server behind a URL. Rejects where the tests could not make schemas of their own. */
export async function postgresVersion(url: string): Promise<string> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000, query_timeout: 5_000 })
  client.on('error', () => {})
  await client.connect()
  try {
    const { rows } = await client.query<{ version: string; encoding: string; may_create: boolean }>(surroundingsSql)
    const [{ version, encoding, may_create: mayCreate }] = rows as [(typeof rows)[number]]
    if (encoding !== 'UTF8' || !mayCreate) throw new Error('the database is not in UTF8, or does not let make a schema')
    return version
  } finally {
    await client.end()
  }
}
