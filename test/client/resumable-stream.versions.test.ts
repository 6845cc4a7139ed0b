import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { resumableStream as byFetch } from '../../src/client/browser.js'
import { resumableStream as byNode, download } from '../../src/client/index.js'
import { textAndError } from '../fixture/bodies.js'
import { Folder } from '../fixture/files.js'
import { ScriptedServer } from '../fixture/scripted-server.js'
import {
  COMPLETE,
  type Identity,
  type OriginAnswer,
  rollingDeploy,
  scriptOf,
  VersionOrigin,
} from '../fixture/version-origin.js'

const [nothing, other, rest] = rollingDeploy as [OriginAnswer, OriginAnswer, OriginAnswer]

/** Responses after which another version is sent, and the first one again. */
const DEPLOYMENTS: [string, OriginAnswer[]][] = [
  ['of unknown length, cut at byte 0', [nothing, other, rest]],
  ['of unknown length, cut at byte 5', [{ ...nothing, cut: 5 }, other, rest]],
  ['of known length, cut at byte 0', [{ ...COMPLETE, cut: 0 }, other, rest]],
  ['of known length, cut at byte 5', [{ ...COMPLETE, cut: 5 }, other, rest]],
  [
    'cut at byte 0, by a 503 and a part of the other version',
    [nothing, { ...other, status: 503 }, { ...other, status: 206 }, rest],
  ],
  [
    'cut at byte 0, by the whole of the other version',
    [nothing, { ...COMPLETE, version: 1 }, rest],
  ],
]
const IDENTITIES: Identity[] = ['strong tag', 'date', 'date and weak tag']

describe.each(DEPLOYMENTS)('A response %s, which another version follows', (_how, answers) => {
  it.each(
    IDENTITIES.flatMap((identity) => [
      [identity, 'Node', byNode] as const,
      [identity, 'fetch', byFetch] as const,
    ]),
  )('with a %s is never spliced by the stream of %s', async (identity, _platform, open) => {
    const origin = new VersionOrigin(identity)
    await using server = await ScriptedServer.start(scriptOf(origin, answers))
    const { body, etag } = await open(`${server.url}/f`, { retryFor: 5_000 })
    const { text, error } = await textAndError(body as unknown as AsyncIterable<Uint8Array>)
    expect(origin.contentOf(0).startsWith(text)).toBe(true)
    expect(etag).toBe(origin.fieldsOf(0).etag)
    expect(error).toMatchObject({ code: 'REPRESENTATION_CHANGED' })
  })

  it.each(IDENTITIES)('with a %s makes a download start anew', async (identity) => {
    using folder = new Folder()
    const origin = new VersionOrigin(identity)
    const complete = { ...COMPLETE, version: 1 }
    const script = scriptOf(origin, [...answers.slice(0, -1), complete])
    await using server = await ScriptedServer.start(script)
    const { etag } = await download(`${server.url}/f`, { to: folder.at('f'), retryFor: 5_000 })
    expect(readFileSync(folder.at('f'), 'utf8')).toBe(origin.contentOf(1))
    if (identity === 'strong tag') expect(etag).toBe('"v1"')
    expect(readdirSync(folder.path)).toEqual(['f'])
  })
})

it('A download that another process has begun by a date resumes only with the same weak tag', async () => {
  using folder = new Folder()
  const origin = new VersionOrigin('date and weak tag')
  const half = { ...COMPLETE, cut: 6 }
  await using first = await ScriptedServer.start(
    scriptOf(origin, [half, { ...COMPLETE, status: 404 }]),
  )
  await using second = await ScriptedServer.start((request, response) => {
    // The first server as a front, so that both runs have one URL.
    const { url = '' } = request
    response.writeHead(302, { location: (turn === 'first' ? first.url : later.url) + url }).end()
  })
  const answers = [{ ...COMPLETE, version: 1, status: 206 } as const, { ...COMPLETE, version: 1 }]
  await using later = await ScriptedServer.start(scriptOf(origin, answers))
  let turn: 'first' | 'later' = 'first'
  const get = () => download(`${second.url}/f`, { to: folder.at('f'), retryFor: 1_000 })
  await expect(get()).rejects.toMatchObject({ code: 'REFUSED' })
  expect(readdirSync(folder.path)).toContain('f.part.json')
  turn = 'later'
  await get()
  expect(readFileSync(folder.at('f'), 'utf8')).toBe(origin.contentOf(1))
})
