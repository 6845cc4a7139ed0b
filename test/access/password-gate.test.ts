import { describe, expect, it } from 'vitest'
import { PasswordGate } from '../../src/access/password-gate.js'
import { hashOfNobody } from '../../src/access/password-hash.js'

/** Checks that end when they are released, in order. */
function gateWith() {
  const started: { password: string; end: (isRight: boolean) => void }[] = []
  const gate = new PasswordGate((password) => new Promise((end) => started.push({ password, end })))
  return { gate, started }
}
const turn = () => new Promise((resolve) => setImmediate(resolve))
const hash = hashOfNobody('ann', { secret: Buffer.alloc(32), costs: [] })
const other = hashOfNobody('bob', { secret: Buffer.alloc(32), costs: [] })

describe('PasswordGate', () => {
  it('checks a right password once, and a wrong one each time', async () => {
    let checks = 0
    const gate = new PasswordGate(async (password) => {
      checks += 1
      return password === 'right'
    })
    for (let n = 0; n < 3; n += 1) expect(await gate.verify('right', hash, 'a')).toBe(true)
    expect(checks).toBe(1)
    for (let n = 0; n < 3; n += 1) expect(await gate.verify('wrong', hash, 'a')).toBe(false)
    expect(checks).toBe(4)
    expect(await gate.verify('right', other, 'a')).toBe(true)
    expect(checks).toBe(5)
  })

  it('joins checks of the same password', async () => {
    const { gate, started } = gateWith()
    const both = Promise.all([gate.verify('p', hash, 'a'), gate.verify('p', hash, 'b')])
    await turn()
    expect(started).toHaveLength(1)
    started[0]?.end(true)
    expect(await both).toEqual([true, true])
  })

  it('forgets the password that was used least recently', async () => {
    let checks = 0
    const gate = new PasswordGate(async () => {
      checks += 1
      return true
    })
    for (let n = 0; n <= 1_000; n += 1) await gate.verify(`p${n}`, hash, 'a')
    await gate.verify('p1', hash, 'a')
    expect(checks).toBe(1_001)
    await gate.verify('p0', hash, 'a')
    expect(checks).toBe(1_002)
  })

  it('runs two checks at once, and lets a client in turn with one that floods', async () => {
    const { gate, started } = gateWith()
    const flood = Array.from({ length: 20 }, (_none, n) => gate.verify(`wrong ${n}`, hash, 'flood'))
    const own = gate.verify('right', hash, 'other')
    await turn()
    expect(started.map(({ password }) => password)).toEqual(['wrong 0', 'wrong 1'])
    for (let n = 0; n < 3; n += 1) {
      started[n]?.end(false)
      await turn()
    }
    expect(started.map(({ password }) => password)).toContain('right')
    for (let n = 3; n < 21; n += 1) {
      started[n]?.end(false)
      await turn()
    }
    expect(await Promise.all(flood)).not.toContain(true)
    expect(await own).toBe(false)
  })

  it('refuses what one address has too much of', async () => {
    const { gate, started } = gateWith()
    const all = Array.from({ length: 65 }, (_none, n) => gate.verify(`${n}`, hash, 'flood'))
    const results = Promise.allSettled(all)
    await expect(all[64]).rejects.toMatchObject({ code: 'SOURCE_BUSY' })
    for (let n = 0; n < 64; n += 1) {
      await turn()
      started[n]?.end(false)
    }
    expect((await results).filter(({ status }) => status === 'rejected')).toHaveLength(1)
  })
})
