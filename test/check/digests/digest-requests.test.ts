import { expect, it } from 'vitest'
import {
  DIGEST_COST,
  PART,
  requestDigests,
  requestPart,
  WANTS,
  wanting,
} from '../../../src/check/digests/digest-requests.js'
import { CheckSubject, factsWith } from '../../fixture/check-subject.js'
import { exchangeWith } from '../../fixture/exchange.js'
import { ScriptedServer, serve } from '../../fixture/scripted-server.js'

const WANT = 'want-repr-digest'

async function scene() {
  const server = await ScriptedServer.start(serve(Buffer.alloc(1_000_000, 'x'), {}))
  const on = new CheckSubject(server.url)
  return { server, on, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

it('Digests are requested by HEAD and by GET, whose body is left, which is the stated number of requests', async () => {
  await using at = await scene()
  using on = at.on
  on.subject.learn(factsWith({}, exchangeWith({ url: at.server.url })))
  const [head, get] = await requestDigests(on.subject, WANT)
  expect(at.server.requests.map(({ method, headers }) => [method, headers[WANT]])).toEqual([
    ['HEAD', WANTS[WANT]],
    ['GET', WANTS[WANT]],
  ])
  expect([head?.end, get?.end, get?.body.length]).toEqual(['complete', 'left', 0])
  expect(on.budget.requests).toBe(DIGEST_COST.requests)
})

it('The digest of a part is requested with a range', async () => {
  await using at = await scene()
  using on = at.on
  on.subject.learn(factsWith({}, exchangeWith({ url: at.server.url })))
  const [part, ...more] = await requestPart(on.subject, WANT)
  expect(more).toEqual([])
  expect([part?.status, part?.body.length, part?.end]).toEqual([206, PART, 'complete'])
  expect(part?.request.fields).toMatchObject({ range: 'bytes=0-511', ...wanting(WANT) })
})

it('The digest of a part is not requested of a server that ignores ranges', async () => {
  await using at = await scene()
  using on = at.on
  on.subject.learn(factsWith({ isRanged: false }, exchangeWith({ url: at.server.url })))
  expect(await requestPart(on.subject, WANT)).toEqual([])
  expect(at.server.requests).toEqual([])
})
