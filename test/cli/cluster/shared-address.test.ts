import { describe, expect, it } from 'vitest'
import { SharedAddress } from '../../../src/cli/cluster/shared-address.js'

const at = (port: number, address = '127.0.0.1') => ({ address, port })

describe('SharedAddress', () => {
  it('has each address and path once', () => {
    const address = new SharedAddress(0, true)
    address.add([at(80), '/run/a.sock'])
    address.add([at(80), at(81), '/run/a.sock'])
    expect(address.bound).toEqual([at(80), '/run/a.sock', at(81)])
  })

  it('starts processes with the requested port, and a lone one with that of the ended ones', () => {
    const address = new SharedAddress(0, true)
    expect(address.portFor({ isAlone: true })).toBe(0)
    expect(address.isElsewhere([at(5000)])).toBe(false)
    expect(address.port).toBe(5000)
    expect(address.portFor({ isAlone: false })).toBe(0)
    expect(address.portFor({ isAlone: true })).toBe(5000)
  })

  it('tells a process that listens on another port, and starts the next one with the shared port', () => {
    const address = new SharedAddress(0, true)
    address.isElsewhere([at(5000)])
    expect(address.isElsewhere([at(6000)])).toBe(true)
    expect(address.portFor({ isAlone: false })).toBe(5000)
  })

  it('takes any ports of sockets that were passed on', () => {
    const address = new SharedAddress(8080, false)
    expect(address.isElsewhere([at(5000), at(6000)])).toBe(false)
    expect(address.isElsewhere([at(6000)])).toBe(false)
    expect(address.isElsewhere(['/run/a.sock'])).toBe(false)
    expect(address.port).toBeUndefined()
  })
})
