/** Each script runs once for each of these: with the same one in every `npm test`, with others in `npm run test:chaos`. */
export const seeds: readonly number[] = Array.from({ length: fromEnvironment('ROUNDS') }, (_, round) => {
  return fromEnvironment('SEED') + round
})

/** For scripts that take a minute: half as many. */
export const fewerSeeds: readonly number[] = seeds.slice(0, Math.ceil(seeds.length / 2))

function fromEnvironment(what: 'SEED' | 'ROUNDS'): number {
  const value = Number(process.env[`EVENTBUS_CHAOS_${what}`] ?? 1)
  if (!Number.isSafeInteger(value)) throw new Error(`EVENTBUS_CHAOS_${what} is not a whole number`)
  return value
}
