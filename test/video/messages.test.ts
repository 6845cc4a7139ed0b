import { describe, expect, it } from 'vitest'
import type { GuardState } from '../../src/video/guard-state.js'
import { messageOf } from '../../src/video/messages.js'

const HERE = { noun: 'video', online: true, time: 0 }
const reconnecting = (reason: string, nextTry?: number) =>
  ({ kind: 'reconnecting', since: 0, attempt: 1, nextTry, reason }) as GuardState

describe('messageOf', () => {
  it.each([[{ kind: 'idle' }], [{ kind: 'playing' }]] as const)('says nothing of %o', (state) => {
    expect(messageOf(state, HERE)).toBeUndefined()
  })

  it.each([
    ['connection', 'Connection lost'],
    ['unreachable', 'Connection lost'],
    ['stalled', 'No data arrives'],
    ['broken', 'Playback failed'],
    ['unavailable', 'The server is busy'],
  ])('says of the reason %s: %s', (reason, text) => {
    expect(messageOf(reconnecting(reason), HERE)?.text).toContain(text)
  })

  it('says that the device is offline', () => {
    const message = messageOf(reconnecting('unreachable'), { ...HERE, online: false })
    expect(message?.text).toContain('You are offline')
  })

  it('offers to retry where the next attempt is more than 3 s away', () => {
    expect(messageOf(reconnecting('unavailable', 3_001), HERE)?.action?.kind).toBe('retry')
    expect(messageOf(reconnecting('unavailable', 3_000), HERE)?.action).toBeUndefined()
    expect(messageOf(reconnecting('unavailable'), HERE)?.action).toBeUndefined()
  })

  it('offers the new version of a changed file', () => {
    const message = messageOf({ kind: 'changed', pinned: '"1"', current: '"2"' }, HERE)
    expect(message).toMatchObject({
      text: expect.stringContaining('This video has been replaced'),
      action: { kind: 'start-new' },
    })
  })

  it.each([
    [{ reason: 'time' }, 'The server can’t be reached.'],
    [{ reason: 'gone', status: 404 }, 'This video is no longer there (404).'],
    [
      { reason: 'refused', status: 403 },
      'The link to this video may have expired (403). Open a new one, then try again.',
    ],
    [{ reason: 'unplayable' }, 'This browser can’t play this video.'],
  ] as const)('says of the end %o: %s', (end, text) => {
    expect(messageOf({ kind: 'gave-up', ...end }, HERE)).toMatchObject({
      text,
      action: { kind: 'retry' },
    })
  })
})
