import type { Logger } from '../../src/index.ts'

export interface LogLine {
  readonly level: keyof Logger
  readonly fields: Readonly<Record<string, unknown>>
  readonly message: string
}

/** A logger that keeps what it is told. */
export function keepingLogger(): { logger: Logger; lines: LogLine[] } {
  const lines: LogLine[] = []
  const keep = (level: keyof Logger) => (fields: object, message: string) =>
    void lines.push({ level, fields: fields as LogLine['fields'], message })
  return { lines, logger: { debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') } }
}
