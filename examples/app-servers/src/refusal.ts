/** Why a request is not carried out; the HTTP API has a status for each. */
export type RefusalReason = 'invalid' | 'unknown' | 'conflict' | 'failed'

export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly reason: RefusalReason

  constructor(reason: RefusalReason, message: string) {
    super(message)
    this.reason = reason
  }
}
