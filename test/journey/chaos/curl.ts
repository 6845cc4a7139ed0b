import { existsSync, readFileSync, rmSync, statSync } from 'node:fs'
import { run } from '../../fixture/process.js'
import { type Client, MOST_TRIES } from './outcome.js'

/** What the resumption itself can't mend: the server's answer is no continuation of the file. */
const CANNOT_RESUME = 33

/** curl in a loop with If-Range, as a careful script would have it. */
export const curlIfRange: Client = (errand) => curlLoop(errand, true)

/** curl in a loop without any validator: splices when the file changes. */
export const curlPlain: Client = (errand) => curlLoop(errand, false)

async function curlLoop({ url, out }: Parameters<Client>[0], pins: boolean): ReturnType<Client> {
  const file = out.at('f')
  const heads = out.at('heads')
  const tries: string[] = []
  let pinned: string | undefined
  for (let attempt = 1; attempt <= MOST_TRIES; attempt += 1) {
    const held = bytesOf(file)
    const condition = pins && held > 0 && pinned !== undefined ? `If-Range: ${pinned}` : undefined
    const { code, stderr } = await run('curl', [
      ...['-sS', '--fail', '--max-time', '10', '--connect-timeout', '2'],
      ...['--speed-time', '1', '--speed-limit', '1', '-C', '-', '-D', heads, '-o', file],
      ...(condition === undefined ? [] : ['-H', condition]),
      url,
    ])
    const head = headOf(heads)
    tries.push(`${held}: ${head.status} exit ${code} ${stderr.trim()}`)
    if (held === 0) pinned = head.etag
    if (code === 0) {
      return { kind: 'done', file: readFileSync(file), pinned: pins ? pinned : undefined, tries }
    }
    // A 200 says that the file is another one now: what is held is worth nothing.
    if (pins && code === CANNOT_RESUME && head.status === 200) rmSync(file)
    if (pins && pinned === undefined) rmSync(file, { force: true })
  }
  return { kind: 'failed', reason: tries.at(-1) ?? '', tries }
}

function bytesOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}

/** What `-D` has written; nothing where no head has come. */
function headOf(path: string): { status: number; etag: string | undefined } {
  const text = existsSync(path) ? readFileSync(path, 'latin1') : ''
  rmSync(path, { force: true })
  const [, etag] = /^etag:\s*(".*?")\s*$/im.exec(text) ?? []
  return { status: Number(/^HTTP\/\S+ (\d+)/.exec(text)?.[1] ?? 0), etag }
}
