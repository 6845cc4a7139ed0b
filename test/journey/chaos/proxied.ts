import { existsSync, readFileSync } from 'node:fs'
import type { UpstreamOptions } from '../../../src/source/upstream/upstream-options.js'
import { upstreamSource } from '../../../src/source/upstream/upstream-source.js'
import { serverWith } from '../../fixture/application.js'
import { run } from '../../fixture/process.js'
import type { Client } from './outcome.js'

/** curl without any retry, behind a proxy of ours that heals what breaks. */
export const proxied: Client = (errand) => proxiedCurl(errand, 'told')

/** The same, where the proxy asks the server for its digest. */
export const proxiedVerified: Client = (errand) => proxiedCurl(errand, 'asked')

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
    .filter((line) => /heal|tran/.test(line))
  if (code === 28) throw new Error('the proxy hangs')
  if (code !== 0) return { kind: 'failed', reason: `exit ${code} ${stderr.trim()}`, tries }
  const [, pinned] = /^etag:\s*(".*?")\s*$/im.exec(readFileSync(heads, 'latin1')) ?? []
  const bytes = existsSync(file) ? readFileSync(file) : Buffer.alloc(0)
  return { kind: 'done', file: bytes, pinned, tries }
}
