export { traceEvents } from './trace-events.ts'
export type { TraceEventsOptions } from './options.ts'
