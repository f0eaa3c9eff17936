export interface BannerFacts {
  readonly version: string
  readonly host: string
  readonly port: number
  /** Whether `publish` and `tail` look there of themselves. */
  readonly isDefault: boolean
  readonly needsToken: boolean
  /** Whether there is something to scrape. */
  readonly hasMetrics: boolean
  /** Where the events go, without secrets. */
  readonly transport: string
  /** Where history is kept. */
  readonly store: string | undefined
  /** How this command was called. */
  readonly program: string
}

/** What `serve` says when it listens: lines that can be copied and work as they stand. */
export function banner(facts: BannerFacts): string {
  const url = `http://${urlHost(facts.host)}:${facts.port}`
  const authorization = facts.needsToken ? ' -H "Authorization: Bearer $EVENTBUS_TOKEN"' : ''
  const target = facts.isDefault ? '' : ` --url ${url}`
  const { program } = facts
  return `event-bus ${facts.version} listens on http://${bracketed(facts.host)}:${facts.port}
  transport  ${facts.transport}
  history    ${facts.store === undefined ? 'none (--store keeps it)' : `${facts.store}, kept across restarts`}
  access     ${facts.needsToken ? 'with the token (in these lines: $EVENTBUS_TOKEN)' : 'from this machine, without a token'}

Watch events (in a second terminal):
  ${program} tail '#'${target}
  curl -N${authorization} '${url}/events?pattern=%23'

Publish one (in a third):
  ${program} publish app.installed '{"appId":"app-1"}'${target}
  curl${authorization} ${url}/events -H 'Content-Type: application/json' -d '{"type":"app.installed","data":{"appId":"app-1"}}'
${facts.store === undefined ? '' : historyLines(program, target, url, authorization)}
Look after it:
  curl ${url}/readyz
${facts.hasMetrics ? `  curl${authorization} ${url}/metrics` : '  npm install prom-client   # and there are metrics'}

Ctrl-C ends it.
`
}

function historyLines(program: string, target: string, url: string, authorization: string): string {
  return `
Look back at them (and with trace ID at what one has caused):
  ${program} history${target}
  curl${authorization} '${url}/events/history?pattern=app.%23'
`
}

/** The host to connect to: the address for "all of this machine's" is none. */
function urlHost(host: string): string {
  return ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : bracketed(host)
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
