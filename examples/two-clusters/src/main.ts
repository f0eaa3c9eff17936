import { setTimeout as sleep } from 'node:timers/promises'
import { clustersOf } from './clusters.ts'
import { openShop } from './shop.ts'

// node src/main.ts [orders]: so many, one every 200 ms; without a number until SIGTERM.
const count = Number(process.argv[2] ?? Infinity)
const shop = openShop(clustersOf(process.env), (line) => console.log(line))
let isOpen = true
process.once('SIGTERM', () => (isOpen = false))
process.once('SIGINT', () => (isOpen = false))

await shop.ready
for (let placed = 0; isOpen && placed < count; placed++) {
  await shop.order()
  await sleep(200)
}
await shop.close()
