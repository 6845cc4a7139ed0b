import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A new folder. Servers that change their user, such as squid, may write in it too. */
export function makeScratch() {
  const folder = mkdtempSync(join(tmpdir(), 'lastbyte-matrix-'))
  chmodSync(folder, 0o777)
  return folder
}

/** Writes a file in a folder and returns its path. */
export function write(folder, name, text) {
  const path = join(folder, name)
  writeFileSync(path, text, { mode: 0o644 })
  return path
}
