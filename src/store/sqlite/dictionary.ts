import type { Database } from './database.ts'

interface Statements {
  /** The words behind a number, with their numbers. As bytes: Node 22 reads text only up to a NUL. */
  readonly load: string
  /** Adds a word; answers its number. */
  readonly add: string
}

export const typeStatements: Statements = {
  load: 'SELECT type_id, CAST(type AS BLOB) FROM event_types WHERE type_id > :last',
  add: 'INSERT INTO event_types (type) VALUES (?) RETURNING type_id',
}

export const sourceStatements: Statements = {
  load: 'SELECT source_id, CAST(source AS BLOB) FROM event_sources WHERE source_id > :last',
  add: 'INSERT INTO event_sources (source) VALUES (?) RETURNING source_id',
}

/** A table of few words, as this process knows it: rows are added to it, by other processes too, and never change. */
export class Dictionary {
  readonly #statements: Statements
  readonly #numbers = new Map<string, number>()
  #last = 0
  /** Another file can have other numbers. */
  #database: Database | undefined

  constructor(statements: Statements) {
    this.#statements = statements
  }

  /** Learns what others have added. Answers all words with their numbers. */
  refresh(database: Database): ReadonlyMap<string, number> {
    this.#turnTo(database)
    for (const [number, word] of database.rows(this.#statements.load, { last: this.#last })) {
      this.#numbers.set(Buffer.from(word as Uint8Array).toString(), Number(number))
      this.#last = Number(number)
    }
    return this.#numbers
  }

  /** The number of a word, which is added where it is new. Only within a transaction. */
  numberOf(database: Database, word: string): number {
    this.#turnTo(database)
    return this.#numbers.get(word) ?? this.refresh(database).get(word) ?? this.#add(database, word)
  }

  /** After a rollback: what was added is gone. */
  forget(): void {
    this.#numbers.clear()
    this.#last = 0
  }

  #turnTo(database: Database): void {
    if (database !== this.#database) this.forget()
    this.#database = database
  }

  #add(database: Database, word: string): number {
    const number = Number(database.first(this.#statements.add, word)?.[0])
    this.#numbers.set(word, number)
    return number
  }
}
