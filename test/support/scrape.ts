/** The samples of a text that Prometheus would scrape: by name and labels, as they stand there. */
export type Scrape = ReadonlyMap<string, number>

export function parseScrape(text: string): Scrape {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  const samples = lines.map((line): [string, number] => {
    const end = line.lastIndexOf(' ')
    return [line.slice(0, end), Number(line.slice(end + 1))]
  })
  const scrape = new Map(samples)
  if (scrape.size < samples.length) throw new Error(`A series stands there twice:\n${text}`)
  return scrape
}

/** Those whose name begins so and that are not 0, without the prefix that all have. */
export function shown(scrape: Scrape, ...prefixes: readonly string[]): Record<string, number> {
  const all = Array.from(scrape, ([name, value]): [string, number] => [name.replace('event_bus_', ''), value])
  return Object.fromEntries(all.filter(([name, value]) => value !== 0 && prefixes.some((one) => name.startsWith(one))))
}
