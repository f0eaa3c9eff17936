import {
  type Ask,
  type Credentials,
  rabbitmq,
  type RabbitmqOptions,
  type TlsOptions,
} from '../../src/rabbitmq/index.ts'
import { expectEqual } from './expect-equal.ts'

// Credentials: of a function, at once or later; with the signal that says when nobody waits any more.
rabbitmq({ credentials: () => ({ user: 'u', password: 'p' }) })
rabbitmq({ credentials: async () => ({ user: 'u', password: 'p', expiresAt: new Date() }) })
rabbitmq({
  credentials: ({ signal }) => {
    expectEqual<typeof signal, AbortSignal>()
    return { user: 'u', password: 'p' }
  },
})
expectEqual<RabbitmqOptions['credentials'], Ask<Credentials> | undefined>()
// @ts-expect-error: an object is what `user` and `password` are for
rabbitmq({ credentials: { user: 'u', password: 'p' } })
// @ts-expect-error: it is `user`
rabbitmq({ credentials: () => ({ username: 'u', password: 'p' }) })
// @ts-expect-error: a Date
rabbitmq({ credentials: () => ({ user: 'u', password: 'p', expiresAt: Date.now() }) })

// TLS: on, Node's options, or a function that answers with them.
rabbitmq({ tls: true })
rabbitmq({ tls: { ca: 'PEM', cert: Buffer.of(), key: Buffer.of(), servername: 'broker' } })
rabbitmq({ tls: async ({ signal }) => ({ ca: String(signal.aborted) }) })
expectEqual<RabbitmqOptions['tls'], boolean | TlsOptions | Ask<TlsOptions> | undefined>()
// @ts-expect-error: it is `ca`
rabbitmq({ tls: { caFile: 'ca.pem' } })

rabbitmq({ tls: { cert: 'PEM', key: 'PEM' }, authMechanism: 'external' })
// @ts-expect-error: in small letters
rabbitmq({ authMechanism: 'EXTERNAL' })
