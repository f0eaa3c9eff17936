import { EventBusError } from '../core/errors.ts'

/** Who connects, for errors: the user, or nobody known by name. */
type Who = string | undefined

/** The broker takes neither this password nor this certificate. */
export function credentialsRefused(address: string, user: Who, cause: unknown): EventBusError {
  const why =
    user === undefined
      ? "refused the user of the client certificate. That user must exist: its name is the certificate's distinguished name, or what 'ssl_cert_login_from' of the broker says"
      : `refused the credentials of user '${user}'. Check user and password; 'guest' may only connect from the broker's own host`
  return new EventBusError('CREDENTIALS_REFUSED', `${address} ${why}`, { cause })
}

/** The broker does not offer the way to log in that was asked for. It offers EXTERNAL to those with a certificate only. */
export function mechanismRefused(address: string, user: Who, cause: unknown): EventBusError {
  const why =
    user === undefined
      ? "does not offer authMechanism 'external'. It needs the plugin rabbitmq_auth_mechanism_ssl, EXTERNAL among its auth_mechanisms, 'ssl_options.verify = verify_peer' and the authority of the client certificate as 'ssl_options.cacertfile'"
      : "does not offer authMechanism 'plain': put PLAIN among its auth_mechanisms, or use authMechanism 'external'"
  return new EventBusError('CREDENTIALS_REFUSED', `${address} ${why}`, { cause })
}

export function vhostRefused(address: string, user: Who, cause: unknown): EventBusError {
  const whom = user === undefined ? 'the user of the client certificate' : `user '${user}'`
  const message = `${address} does not let ${whom} into that virtual host: it does not exist, or the user has no permission on it`
  return new EventBusError('VHOST_REFUSED', message, { cause })
}
