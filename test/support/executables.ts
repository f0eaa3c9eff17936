import { accessSync, constants } from 'node:fs'
import path from 'node:path'

/** The first folder that holds the executable: of those to look in first, of PATH, and of the others. */
export function folderOf(
  executable: string,
  first: readonly string[],
  others: readonly string[] = [],
): string | undefined {
  const inPath = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '')
  return [...first, ...inPath, ...others].find((folder) => isExecutable(path.join(folder, executable)))
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
