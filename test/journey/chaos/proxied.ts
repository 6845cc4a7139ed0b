import { existsSync, readFileSync } from 'node:fs'
import type { UpstreamOptions } from '../../../src/source/upstream/upstream-options.js'
import { upstreamSource } from '../../../src/source/upstream/upstream-source.js'
import { serverWith } from '../../fixture/application.js'
import { run } from '../../fixture/process.js'
import type { Client } from './outcome.js'

/** curl without retries, with our proxy that resumes interrupted responses of its origin. */
export const proxied: Client = (task) => proxiedCurl(task, 'told')

/** The same with a proxy that requests a digest from its origin and verifies the bytes. */
export const proxiedVerified: Client = (task) => proxiedCurl(task, 'asked')

async function proxiedCurl(
  { url, out }: Parameters<Client>[0],
  verify: NonNullable<UpstreamOptions['verify']>,
): ReturnType<Client> {
  const { origin, pathname } = new URL(url)
  const source = upstreamSource({ origin, verify, stall: 500, retryFor: 6000, openFor: 4000 })
  await using front = await serverWith({ source })
  const [file, heads] = [out.at('f'), out.at('heads')]
  const { code, stderr } = await run('curl', [
    ...['-sS', '--fail', '--max-time', '20', '-D', heads, '-o', file],
    front.url + pathname,
  ])
  const tries = front.log
    .map((line) => JSON.stringify(line))
    .filter((line) => /heal|resum|tran/.test(line))
  if (code === 28) throw new Error('the proxy hangs')
  if (code !== 0) return { kind: 'failed', reason: `exit ${code} ${stderr.trim()}`, tries }
  const [, pinned] = /^etag:\s*(".*?")\s*$/im.exec(readFileSync(heads, 'latin1')) ?? []
  const bytes = existsSync(file) ? readFileSync(file) : Buffer.alloc(0)
  return { kind: 'done', file: bytes, pinned, tries }
}
