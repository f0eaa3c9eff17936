export type { ContractCase } from './contract-case.ts'
export type { DeadLetterRecord, TransportHarness, TransportSpace } from './harness.ts'
export { transportContract } from './transport-contract.ts'
