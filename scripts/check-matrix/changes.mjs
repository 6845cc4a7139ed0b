// The changes of the drills of `check` (lastbyte/testing, option `change`).
import { readFileSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs'

/** The bytes that a change gives a file which had the bytes of `first`. */
export function changed(change, first) {
  const other = () => Buffer.from(first.map((byte) => byte ^ 0xff))
  const versions = {
    restore: () => first,
    rewrite: other,
    rename: other,
    truncate: () => first.subarray(0, first.length >> 1),
    append: () => Buffer.concat([first, first.subarray(0, first.length >> 2)]),
  }
  return versions[change]()
}

/** Changes a file in its folder. A restored file has its first time again. */
export function changesOfFile(path) {
  const first = readFileSync(path)
  const { atimeMs, mtimeMs } = statSync(path)
  return async (change) => {
    const bytes = changed(change, first)
    if (change === 'rename') {
      writeFileSync(`${path}.new`, bytes)
      renameSync(`${path}.new`, path)
      return
    }
    writeFileSync(path, bytes)
    if (change === 'restore') utimesSync(path, atimeMs / 1000, mtimeMs / 1000)
  }
}
