import { describe, expect, it } from 'vitest'
import {
  hashOfNobody,
  hashPassword,
  isPassword,
  parsePasswordHash,
  SCRYPT_COST,
} from '../../src/access/password-hash.js'

const CHEAP = { ln: 4, r: 8, p: 1 }

async function hashOf(password: string) {
  const hash = parsePasswordHash(await hashPassword(password, CHEAP))
  if (hash === undefined) throw new Error('expected a hash that can be parsed')
  return hash
}

describe('hashPassword', () => {
  it('makes a hash that only its password has', async () => {
    const hash = await hashOf('Grüße 🎬')
    expect(await isPassword('Grüße 🎬', hash)).toBe(true)
    expect(await isPassword('Gru\u0308ße 🎬', hash)).toBe(true)
    for (const wrong of ['', 'Grüße', 'grüße 🎬', 'Grüße 🎬 ']) {
      expect(await isPassword(wrong, hash)).toBe(false)
    }
  })

  it('has a salt of its own', async () => {
    expect(await hashPassword('a', CHEAP)).not.toBe(await hashPassword('a', CHEAP))
  })

  it('agrees with a hash of RFC 7914 §12', async () => {
    const hash =
      '$scrypt$ln=4,r=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
    expect(parsePasswordHash(hash)).toMatchObject({ ln: 4, r: 1, p: 1 })
    // N=1024, r=8, p=16, the salt NaCl
    const known = {
      ln: 10,
      r: 8,
      p: 16,
      salt: Buffer.from('NaCl'),
      hash: Buffer.from(
        'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640',
        'hex',
      ),
      text: '',
    }
    expect(await isPassword('password', known)).toBe(true)
  })
})

describe('parsePasswordHash', () => {
  const tail = '$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
  it.each([
    ['ln=15,r=8,p=3', true],
    ['ln=18,r=8,p=1', true],
    ['ln=19,r=8,p=1', false],
    ['ln=15,r=999,p=1', false],
    ['ln=15,r=8,p=17', false],
    ['ln=0,r=8,p=1', false],
    ['ln=15,r=0,p=1', false],
    ['ln=15,r=8,p=0', false],
    ['r=8,ln=15,p=1', false],
    ['ln=99,r=8,p=1', false],
    ['ln=15,r=1,p=1', true],
    ['ln=16,r=1,p=1', false],
    ['ln=21,r=1,p=1', false],
  ])('of the cost %s: %s', (cost, isAccepted) => {
    expect(parsePasswordHash(`$scrypt$${cost}${tail}`) !== undefined).toBe(isAccepted)
  })

  it.each(['ln=15,r=1,p=1', 'ln=1,r=1,p=16', 'ln=8,r=128,p=1'])(
    'accepts %s, which scrypt can compute',
    async (cost) => {
      const hash = parsePasswordHash(`$scrypt$${cost}${tail}`)
      expect(hash && (await isPassword('secret', hash))).toBe(false)
    },
  )

  it.each(['', 'secret', `$argon2id$v=19$m=1,t=1,p=1${tail}`, `$scrypt$ln=4,r=8,p=1$a$b`])(
    'refuses %j',
    (text) => expect(parsePasswordHash(text)).toBeUndefined(),
  )
})

describe('hashOfNobody', () => {
  const costs = [
    { ln: 5, r: 2, p: 3 },
    { ln: 6, r: 8, p: 1 },
  ]
  const nobody = { secret: Buffer.alloc(32), costs }

  it('is the same for one name, and another one for another name and process', () => {
    const hash = hashOfNobody('ann', nobody)
    expect(hashOfNobody('ann', nobody)).toEqual(hash)
    const secret = Buffer.alloc(32, 1)
    for (const other of [hashOfNobody('bob', nobody), hashOfNobody('ann', { secret, costs })]) {
      expect(other.salt).not.toEqual(hash.salt)
      expect(other.hash).not.toEqual(hash.hash)
    }
  })

  it('costs as much as that of a user, each with the same right', () => {
    const names = Array.from({ length: 100 }, (_none, index) => `user${index}`)
    const found = names.map((name) => {
      const { ln, r, p } = hashOfNobody(name, nobody)
      return JSON.stringify({ ln, r, p })
    })
    expect(new Set(found)).toEqual(new Set(costs.map((cost) => JSON.stringify(cost))))
    expect(hashOfNobody('ann', { ...nobody, costs: [] })).toMatchObject(SCRYPT_COST)
  })
})
