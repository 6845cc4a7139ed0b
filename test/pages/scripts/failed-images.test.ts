import { expect, it } from 'vitest'
import { removeFailedImages } from '../../../src/pages/scripts/failed-images.js'

it('removeFailedImages removes pictures that failed before and after it is called, and no others', () => {
  const removed: string[] = []
  const image = (name: string, complete: boolean, naturalWidth: number) => {
    return { complete, naturalWidth, remove: () => removed.push(name) }
  }
  const images = [image('failed', true, 0), image('loaded', true, 5), image('loading', false, 0)]
  let fail: ((event: { target: unknown }) => void) | undefined
  const within = {
    querySelectorAll: () => images,
    addEventListener: (_type: string, listener: typeof fail, capture: unknown) => {
      expect(capture, 'the event of an image does not bubble').toBe(true)
      fail = listener
    },
  }
  removeFailedImages(within as unknown as HTMLElement)
  expect(removed).toEqual(['failed'])
  fail?.({ target: images[2] })
  expect(removed).toEqual(['failed', 'loading'])
})
