import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { loadHls } from '../../../src/pages/scripts/player-hls-script.js'
import { FakeElement, fakeDocument } from '../../fixture/fake-document.js'

const head = new FakeElement('head')

beforeEach(() => {
  fakeDocument()
  head.replaceChildren()
  Object.assign(document, { head })
})
afterEach(() => vi.unstubAllGlobals())

it('loadHls resolves to the global that the script defines', async () => {
  const loading = loadHls('../assets/hls.js')
  const Hls = class {}
  vi.stubGlobal('Hls', Hls)
  expect(head.all[0]?.src).toBe('../assets/hls.js')
  head.all[0]?.dispatchEvent(new Event('load'))
  expect(await loading).toBe(Hls)
})

it.each(['error', 'load'])('loadHls rejects on %s without the global', async (event) => {
  const loading = loadHls('../assets/hls.js')
  head.all[0]?.dispatchEvent(new Event(event))
  await expect(loading).rejects.toThrow('../assets/hls.js is not there')
})
