import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { faultProxy } from '../../src/testing/index.js'

it.each([
  ['', 'ORIGIN/there?a=b', '/there?a=b'],
  ['/base', 'ORIGIN/base/there', '/there'],
  ['', '/there', '/there'],
  ['', 'there', 'there'],
  ['', 'https://other.example/there', 'https://other.example/there'],
])('faultProxy of the base %j passes the Location %s as %s', async (base, location, expected) => {
  let url = ''
  const origin = createServer((_request, response) => {
    response.writeHead(302, { location: location.replace('ORIGIN', url) }).end()
  }).listen(0, '127.0.0.1')
  await once(origin, 'listening')
  url = `http://127.0.0.1:${(origin.address() as AddressInfo).port}`
  await using proxy = await faultProxy({ origin: url + base, seed: 1 })
  const response = await fetch(`${proxy.url}/f`, { redirect: 'manual' })
  expect(response.headers.get('location')).toBe(expected)
  origin.close()
})

it('the paths of the faults can be moved, so that the origin keeps its own', async () => {
  const origin = createServer((_request, response) => void response.end('mine'))
  origin.listen(0, '127.0.0.1')
  await once(origin, 'listening')
  const { port } = origin.address() as AddressInfo
  const options = { origin: `http://127.0.0.1:${port}`, seed: 1, controlPrefix: '/test/' }
  await using proxy = await faultProxy(options)
  expect(await (await fetch(`${proxy.url}/-/faults`)).text()).toBe('mine')
  const headers = { authorization: `Bearer ${proxy.token}` }
  expect((await fetch(`${proxy.url}/test/-/faults`, { headers })).status).toBe(200)
  origin.close()
})
