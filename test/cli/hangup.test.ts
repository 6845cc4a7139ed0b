import { afterEach, describe, expect, it } from 'vitest'
import { hangupMeaning, surviveHangup } from '../../src/cli/hangup.js'
import { AddedListeners } from '../fixture/added-listeners.js'

describe('SIGHUP', () => {
  const added = new AddedListeners(process, 'SIGHUP')
  afterEach(() => added.remove())

  it.each([
    [[], 'reload'],
    [[0], 'stop'],
    [[1], 'stop'],
    [[2], 'stop'],
    [[0, 1, 2], 'stop'],
  ])('with terminals at the descriptors %j means %s', (terminals, meaning) => {
    expect(hangupMeaning((descriptor) => terminals.includes(descriptor))).toBe(meaning)
  })

  it('is survived where it means to reload, and ends a process of a terminal', () => {
    const before = process.listenerCount('SIGHUP')
    surviveHangup('stop')
    expect(process.listenerCount('SIGHUP')).toBe(before)
    surviveHangup('reload')
    expect(process.listenerCount('SIGHUP')).toBe(before + 1)
  })
})
