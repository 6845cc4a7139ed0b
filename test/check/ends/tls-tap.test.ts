import { expect, it } from 'vitest'
import { check } from '../../../src/check/check.js'
import { faultServer } from '../../../src/testing/fault-server.js'
import { checkedFolder } from '../../fixture/check-mutant.js'
import { tls } from '../../fixture/tls.js'

it.each(['TLSv1.2', 'TLSv1.3'] as const)(
  'sees with %s whether a server sends close_notify',
  async (version) => {
    using folder = checkedFolder()
    const versions = { minVersion: version, maxVersion: version }
    await using server = await faultServer({
      root: folder.path,
      seed: 1,
      tls: { ...tls, ...versions },
    })
    const options = { only: ['tls-close-notify'], insecure: true }
    const finding = async () => {
      const { results } = await check(`${server.url}/film.mp4`, options)
      return results[0]?.finding.kind
    }
    expect(await finding()).toBe('passed')
    server.faults.arm({ fault: { kind: 'no-close-notify' } })
    expect(await finding()).toBe('failed')
  },
)
