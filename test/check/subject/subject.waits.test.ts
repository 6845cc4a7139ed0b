import { performance } from 'node:perf_hooks'
import { expect, it } from 'vitest'
import { CheckSubject } from '../../fixture/check-subject.js'
import { inTurn, type Script, ScriptedServer } from '../../fixture/scripted-server.js'

/** ms by which a timer of Node and the clock may differ. */
const CLOCK = 5

it.each([429, 503])(
  'A server that is busy with %i is asked again no sooner than its Retry-After says',
  async (status) => {
    let answeredAt = Number.NaN
    let askedAgainAt = Number.NaN
    const busy: Script = (_, response) => {
      answeredAt = performance.now()
      response.writeHead(status, { 'retry-after': '1' }).end()
    }
    const fine: Script = (_, response) => {
      askedAgainAt = performance.now()
      response.end('abc')
    }
    await using server = await ScriptedServer.start(inTurn(busy, fine))
    using on = new CheckSubject(server.url)
    expect((await on.subject.send()).status).toBe(200)
    expect(askedAgainAt - answeredAt).toBeGreaterThanOrEqual(1000 - CLOCK)
    expect(server.requests).toHaveLength(2)
  },
)
