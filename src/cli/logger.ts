import { type Logger, stderrLogger } from '../core/logger.ts'
import { printable } from './printable.ts'

/** For a server: lines of text where a person looks on, else JSON lines. */
export function serverLogger(): Logger {
  return process.stderr.isTTY ? plainLogger() : stderrLogger
}

/**
 * Warnings and errors as lines of text. Two connections that are tried again and again have the same to say: a line
 * that was written is not written again until something went well. What a refused first connection has to say is left
 * to the command, which ends with it.
 */
export function plainLogger(write: (line: string) => void = (line) => void process.stderr.write(line)): Logger {
  const written = new Set<string>()
  let wasConnected = false
  const tell = (level: string, message: string): void => {
    if (written.has(message)) return
    written.add(message)
    write(`event-bus: ${level}: ${printable(message)}\n`)
  }
  const tellGood = (message: string): void => {
    wasConnected = true
    if (written.size > 0) write(`event-bus: ${printable(message)}\n`)
    written.clear()
  }
  return {
    debug: () => {},
    info: (_fields, message) => tellGood(message),
    warn: (_fields, message) => tell('warning', message),
    error: (fields, message) => {
      if (wasConnected || !('connection' in fields)) tell('error', message)
    },
  }
}
