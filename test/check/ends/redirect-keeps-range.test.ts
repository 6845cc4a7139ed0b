import { expect, it } from 'vitest'
import { check } from '../../../src/check/check.js'
import { faultServer } from '../../../src/testing/fault-server.js'
import { checkedFolder, failedIds } from '../../fixture/check-mutant.js'
import { ScriptedServer } from '../../fixture/scripted-server.js'

it.each([
  { where: 'to another file', location: (url: string) => `${url}/other.mp4` },
  { where: 'to nothing', location: () => undefined },
  { where: 'as the whole', location: (url: string) => `${url}/film.mp4` },
])('judges a redirect of a Range $where', async ({ where, location }) => {
  using folder = checkedFolder()
  await using server = await faultServer({ root: folder.path, seed: 1 })
  await using front = await ScriptedServer.start(({ headers }, response) => {
    const to = headers.range === undefined ? `${server.url}/film.mp4` : location(server.url)
    if (to === undefined) response.writeHead(404).end()
    else response.writeHead(302, { location: to }).end()
  })
  const report = await check(`${front.url}/old.mp4`)
  expect(failedIds(report)).toEqual(where === 'as the whole' ? [] : ['redirect-keeps-range'])
})
