/** What may name an app, a setting or an invoice: names become names of files, so nothing that leads elsewhere. */
export function isSafeName(name: unknown): name is string {
  return typeof name === 'string' && /^[A-Za-z0-9][\w.-]{0,99}$/.test(name)
}
