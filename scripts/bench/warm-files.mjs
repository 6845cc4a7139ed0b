import { FILES, fileOf } from './files.mjs'
import { outputOf, start } from './processes.mjs'

/** Reads each sparse file on a disk once, so that it is in the page cache for the first server too. */
export async function warmFiles(place, names) {
  for (const name of names) {
    const { on, holes } = FILES[name]
    if (on !== 'disk' || !holes) continue
    const file = fileOf(place, FILES[name])
    await outputOf(start('dd', [`if=${file}`, 'of=/dev/null', 'bs=4M', 'status=none'], {}))
  }
}
