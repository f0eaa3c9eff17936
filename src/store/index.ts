export { foldStream, type Folded, type Reducer } from './fold-stream.ts'
export { memoryStore } from './memory/index.ts'
