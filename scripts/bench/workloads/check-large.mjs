import { FILES } from '../files.mjs'
import { outputOf, start } from '../processes.mjs'

/**
 * Checks that a server sends the first bytes of a copy of the large file.
 *
 * @param mostBytes how many are compared
 * @throws if it sends others
 */
export async function checkLarge({ name, port }, file, mostBytes) {
  const url = `http://127.0.0.1:${port}${FILES.large.path}`
  const script = 'curl -sf -r "0-$(($2 - 1))" "$0" | cmp -n "$2" - "$1"'
  await outputOf(start('sh', ['-c', script, url, file, mostBytes])).catch((error) => {
    throw new Error(`${name}, ${FILES.large.path}: received wrong bytes\n${error.message}`)
  })
}
