const first = Number(process.env['EVENTBUS_CHAOS_SEED'] ?? 1)
const rounds = Number(process.env['EVENTBUS_CHAOS_ROUNDS'] ?? 1)

/** Each script runs once for each of these: always the same ones in `npm test`, others in each `npm run test:chaos`. */
export const seeds: readonly number[] = Array.from({ length: rounds }, (_, round) => first + round)
