import { afterEach, expect, it, vi } from 'vitest'
import { signUrl } from '../../src/index.js'
import { KEY } from '../fixture/access.js'
import { applicationWith } from '../fixture/application.js'
import { Folder, pattern } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'

/** More than the hour of the signature, whose end is a whole second. */
const AFTER_EXPIRY = 3_602_000
/** More than the buffers of a connection take. */
const FILM = pattern(20_000_000)

afterEach(() => {
  vi.useRealTimers()
})

it('A signature that expires ends no response that has begun, and permits no other request', async () => {
  using folder = new Folder({ 'd/film.mp4': FILM })
  await using served = await applicationWith({ root: folder.path, access: { keys: [KEY] } })
  const { pathname, search } = new URL(
    signUrl('http://h/d/film.mp4', { key: KEY, expires: '1h', scope: '/d/' }),
  )
  using running = new RawClient(served.port)
  running.request(pathname + search, { Connection: 'close' })
  await running.until(1_000)
  running.socket.pause()
  const statusOf = async (query: string, cookie = '') =>
    (await fetch(`${served.url}${pathname}${query}`, { headers: { cookie } })).status
  const { headers } = await fetch(`${served.url}/d/${search}`)
  const [cookie = ''] = headers.getSetCookie().map((each) => each.split(';')[0])
  expect([await statusOf(search), await statusOf('', cookie)]).toEqual([200, 200])

  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + AFTER_EXPIRY })
  expect([await statusOf(search), await statusOf('', cookie)]).toEqual([403, 403])
  running.socket.resume()
  const { status, body } = await running.closed()
  expect([status, body.equals(FILM)]).toEqual([200, true])
})
