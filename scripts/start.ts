import { runChild } from './run-child.mjs'
import { root } from './tools.ts'

// npm start [-- arguments]: builds, and becomes `event-bus serve [arguments]`.
// History is kept beside the code, unless the events are on RabbitMQ: there a recorder is a queue that somebody must want.
const isOnRabbitmq = Boolean(process.env.EVENTBUS_AMQP_URL) || process.argv.some((one) => one.startsWith('--amqp-url'))
if (!isOnRabbitmq) process.env.EVENTBUS_STORE ||= '.event-bus/events.db'

const { code } = await runChild(process.execPath, [`${root}/scripts/build.ts`], { stdio: 'inherit' })
if (code !== 0) process.exit(1)

const program = `${root}/dist/cli/bin.js`
process.argv.splice(1, 1, program, 'serve')
await import(program)
