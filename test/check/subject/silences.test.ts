import { expect, it } from 'vitest'
import type { ProbeRequest } from '../../../src/check/subject/exchange.js'
import { CheckSubject } from '../../fixture/check-subject.js'
import { inTurn, type Script, ScriptedServer } from '../../fixture/scripted-server.js'

const stalls: Script = (_, response) =>
  void response.writeHead(200, { 'content-length': 9 }).write('a')
const fields: Script = (_, response) => void response.writeHead(200, { 'content-length': 9 }).end()
const unchanged: Script = (_, response) => void response.writeHead(304).end()
const body: Script = (_, response) => void response.end('abc')

const GET: ProbeRequest = { connection: 'new' }
const HEAD: ProbeRequest = { connection: 'new', method: 'HEAD' }

it.each<[string, ProbeRequest, Script]>([
  ['responses to HEAD', HEAD, fields],
  ['responses of 304', GET, unchanged],
])(
  'A server whose bodies stall gets no further request after three, in spite of %s between them',
  async (_, request, between) => {
    const script = inTurn(stalls, between, stalls, between, stalls, between, body)
    await using server = await ScriptedServer.start(script)
    using on = new CheckSubject(server.url, { timeout: 100 })
    for (const each of [GET, request, GET, request, GET]) await on.subject.send(each)
    await expect(on.subject.send(request)).rejects.toThrow('3 bodies in a row stalled')
    expect(server.requests).toHaveLength(5)
  },
)

it('A server whose bodies stall now and then gets further requests', async () => {
  const script = inTurn(stalls, stalls, body, stalls, stalls, body)
  await using server = await ScriptedServer.start(script)
  using on = new CheckSubject(server.url, { timeout: 100 })
  const ends: string[] = []
  for (let sent = 0; sent < 6; sent += 1) ends.push((await on.subject.send(GET)).end)
  expect(ends).toEqual(['stalled', 'stalled', 'complete', 'stalled', 'stalled', 'complete'])
})
