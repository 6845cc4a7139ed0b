import { describe, expect, it } from 'vitest'
import { faults, rulesOf } from '../../src/cli/faults.js'

describe('the rules of --fault', () => {
  it('are one for each flag, for the paths and the times that are given', () => {
    const fault = ['truncate;at=5', 'latency;ms=1, chunked']
    expect(rulesOf({ fault, path: '/*.mp4', times: '2' })).toEqual([
      { match: { path: '/*.mp4' }, times: 2, fault: [{ kind: 'truncate', at: 5 }] },
      {
        match: { path: '/*.mp4' },
        times: 2,
        fault: [{ kind: 'latency', ms: 1 }, { kind: 'chunked' }],
      },
    ])
    expect(rulesOf({ fault: ['chunked'] })).toEqual([{ fault: [{ kind: 'chunked' }] }])
  })

  it.each([
    [{ fault: ['no'] }, /^--fault: fault\[0\]\.kind: expected/],
    [{ fault: ['truncate;at=-1'] }, /^--fault: fault\[0\]\.at: expected an offset/],
    [{ fault: [''] }, /^--fault: expected a fault, such as 'truncate;at=1000'; received ""/],
    [{ fault: ['chunked'], path: 'f' }, /^--path: expected a path or glob/],
    [{ fault: ['chunked'], times: '0' }, /^--times: expected a whole number from 1/],
    [{ fault: [], times: '1' }, /^--times: expected --fault as well/],
    [{ fault: [], path: '/f' }, /^--path: expected --fault as well/],
  ])('are refused for %j, by the name of the flag', (flags, message) => {
    expect(() => rulesOf(flags)).toThrow(message)
  })
})

describe('lastbyte faults', () => {
  const settings = { PORT: '0' }

  it.each([
    ['ftp://origin.example', /^TARGET: expected a server such as http.*, or a folder that can/],
    ['http://', /^TARGET: expected a URL such as/],
    ['localhost:9000', /^TARGET: expected a server such as .*; received ".*localhost:9000"/],
  ])('refuses the target %s', async (target, message) => {
    await expect(faults(target, { fault: [] }, settings)).rejects.toThrow(message)
  })

  it('refuses a host that it can not listen at, and invalid rules, and leaves nothing open', async () => {
    const listening = faults('media', { fault: [] }, { ...settings, HOST: '192.0.2.1' })
    await expect(listening).rejects.toThrow(/HOST: expected an address of this machine/)
    const scenario = { ...settings, FAULT_SCENARIO: 'package.json' }
    await expect(faults('media', { fault: [] }, scenario)).rejects.toThrow(/FAULT_SCENARIO/)
    const control = { fault: [], controlPrefix: 'x y' }
    await expect(faults('media', control, settings)).rejects.toThrow(
      /^--control-prefix: expected a path/,
    )
  })
})
