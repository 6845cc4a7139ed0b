import { expect, it } from 'vitest'
import { check } from '../../../src/check/check.js'
import { expectFound } from '../../fixture/check-mutant.js'
import { ScriptedServer } from '../../fixture/scripted-server.js'

it('finds a server that closes the connection after each response', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=0-2' } },
        fault: { kind: 'response-fields', set: { connection: 'close' } },
      },
    ],
    fails: ['end-kept-alive'],
  })
})

it('finds a server of HTTP/1.0 without ranges that closes each connection', async () => {
  await using server = await ScriptedServer.start((_, response) => {
    response.writeHead(200, { connection: 'close', 'content-length': 4 }).end('body')
  })
  const { failed } = await check(`${server.url}/film.mp4`, { only: ['end-kept-alive'] })
  expect(failed).toMatchObject([
    { finding: { received: 'another one for each request, Connection: close' } },
  ])
})
