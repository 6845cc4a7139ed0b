import { describe, expect, it, vi } from 'vitest'
import { VersionCheck } from '../../src/video/version-check.js'

function scene(url: string | undefined = 'http://a/f.mp4') {
  const result = { kind: 'unreachable' } as const
  const probe = { isRunning: false, run: vi.fn(async () => result), cancel: vi.fn() }
  const checked = vi.fn()
  const check = new VersionCheck(probe as never, () => url, checked)
  return { probe, checked, check }
}

describe('VersionCheck', () => {
  it('requests at data that follows a load, once', async () => {
    const { probe, check } = scene()
    check.dataArrived(0)
    check.expect()
    check.dataArrived(0)
    check.dataArrived(5_000)
    expect(probe.run).toHaveBeenCalledExactlyOnceWith('http://a/f.mp4')
  })

  it('requests at most once a second, but at once for another source', async () => {
    const { probe, checked, check } = scene()
    await check.run(0)
    await check.run(999)
    expect(probe.run).toHaveBeenCalledOnce()
    check.reset()
    await check.run(999)
    expect(checked).toHaveBeenCalledTimes(2)
    check.release()
  })

  it.each(['too early', 'while another one runs'])(
    'makes up for a check that was wanted %s at the next data',
    async (when) => {
      const { probe, check } = scene()
      await check.run(0)
      probe.isRunning = when !== 'too early'
      await check.run(when === 'too early' ? 500 : 2_000)
      expect(probe.run).toHaveBeenCalledOnce()
      probe.isRunning = false
      check.dataArrived(3_000)
      check.dataArrived(6_000)
      expect(probe.run).toHaveBeenCalledTimes(2)
    },
  )

  it('requests nothing of a source of which no request can tell', async () => {
    const { probe, check } = scene('')
    const none = new VersionCheck(
      probe as never,
      () => undefined,
      () => {},
    )
    await none.run(0)
    expect(probe.run).not.toHaveBeenCalled()
    check.release()
  })
})
