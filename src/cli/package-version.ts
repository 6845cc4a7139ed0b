import { readFileSync } from 'node:fs'
import { installedFile } from '../native/installed-file.js'

/** The version of this package. A bundle of the command has no package.json beside it, and must still start. */
export function packageVersion(): string {
  const file = installedFile('../../package.json')
  try {
    return JSON.parse(file === undefined ? '{}' : readFileSync(file, 'utf8')).version ?? 'unknown'
  } catch {
    return 'unknown'
  }
}
