import type { Member } from '../core/transport.ts'

interface Holding {
  holder: Member
  /** Who stands by, in the order of asking, and how to tell them. */
  readonly waiting: Map<Member, () => void>
}

/** Who goes by which instance name: one member at a time. */
export class InstanceNames {
  readonly #holdings = new Map<string, Holding>()

  /** Whether the member has the name now; if another one has it, `onHeld` is called when it is its turn. */
  hold(member: Member, onHeld: () => void): boolean {
    const holding = this.#holdings.get(member.instance)
    if (!holding) this.#holdings.set(member.instance, { holder: member, waiting: new Map() })
    else if (holding.holder !== member) holding.waiting.set(member, onHeld)
    return holding === undefined || holding.holder === member
  }

  release(member: Member): void {
    const holding = this.#holdings.get(member.instance)
    holding?.waiting.delete(member)
    if (holding?.holder !== member) return
    const [next] = holding.waiting
    if (!next) {
      this.#holdings.delete(member.instance)
      return
    }
    const [heir, onHeld] = next
    holding.waiting.delete(heir)
    holding.holder = heir
    onHeld()
  }
}
