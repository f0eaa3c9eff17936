export { foldStream, type Folded, type Reducer } from './fold-stream.ts'
export { memoryStore } from './memory/index.ts'
export { type EventRecording, recordEvents } from './record-events.ts'
export type { RecordEventsOptions } from './record-events-options.ts'
