import { existsSync, readFileSync, rmSync } from 'node:fs'
import { type Folder, fileSize } from '../../fixture/files.js'
import { run } from '../../fixture/process.js'
import { type Client, MAX_TRIES, type Outcome } from './outcome.js'

/** curl's exit code for a response that doesn't continue the file. */
const CANNOT_RESUME = 33

const IMPATIENT = [
  '--max-time',
  '10',
  '--connect-timeout',
  '2',
  '--speed-time',
  '1',
  '--speed-limit',
  '1',
]

/** curl in a loop with If-Range, as in a careful script. */
export const curlIfRange: Client = (task) =>
  curlLoop({ ...task, condition: 'If-Range', flags: IMPATIENT })

/** curl in a loop without a validator: it splices a file that changes. */
export const curlPlain: Client = (task) =>
  curlLoop({ ...task, condition: 'none', flags: IMPATIENT })

export interface CurlTask {
  readonly url: string
  readonly out: Folder
  readonly condition: 'If-Range' | 'none'
  /** Further arguments, such as its timeouts. */
  readonly flags: readonly string[]
}

/** Repeats curl until the file is complete; each time it continues from the last byte. */
export async function curlLoop({ url, out, condition, flags }: CurlTask): Promise<Outcome> {
  const file = out.at('f')
  const heads = out.at('heads')
  const pins = condition === 'If-Range'
  const tries: string[] = []
  let pinned: string | undefined
  for (let attempt = 1; attempt <= MAX_TRIES; attempt += 1) {
    const received = fileSize(file)
    const field = pins && received > 0 && pinned !== undefined ? ['-H', `If-Range: ${pinned}`] : []
    const { code, stderr } = await run('curl', [
      ...['-sS', '--fail', ...flags, '-C', '-', '-D', heads, '-o', file],
      ...field,
      url,
    ])
    const head = headOf(heads)
    tries.push(`${received}: ${head.status} exit ${code} ${stderr.trim()}`)
    if (received === 0) pinned = head.etag
    // A 200 means that the file has changed, so the received bytes are discarded. Where the new version is as long as
    // what was received, curl takes that for the whole file.
    const isAnother = pins && received > 0 && head.status === 200
    if (code === 0 && !isAnother) {
      return { kind: 'done', file: readFileSync(file), pinned: pins ? pinned : undefined, tries }
    }
    if (isAnother && (code === 0 || code === CANNOT_RESUME)) rmSync(file)
    if (pins && pinned === undefined) rmSync(file, { force: true })
  }
  return { kind: 'failed', reason: tries.at(-1) ?? '', tries }
}

/** The status and ETag that `-D` wrote; the status 0 if no response was received. */
function headOf(path: string): { status: number; etag: string | undefined } {
  const text = existsSync(path) ? readFileSync(path, 'latin1') : ''
  rmSync(path, { force: true })
  const [, etag] = /^etag:\s*(".*?")\s*$/im.exec(text) ?? []
  return { status: Number(/^HTTP\/\S+ (\d+)/.exec(text)?.[1] ?? 0), etag }
}
