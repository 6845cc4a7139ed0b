import { setTimeout as pause } from 'node:timers/promises'
import { SeededDraw } from '../../chaos/seeded-draw.js'
import type { Attack } from './attack.js'
import * as http1 from './http1.js'
import * as http2 from './http2.js'

// A process of its own: it ends with the siege, and what it held is closed by the system.
const [seed, plain, secure] = process.argv.slice(2).map(Number)
if (seed === undefined || plain === undefined || secure === undefined) {
  throw new Error('expected a seed and two ports')
}

const attacks: [string, Attack][] = [...Object.entries(http1), ...Object.entries(http2)]

await Promise.all(
  attacks.map(async ([, attack], index) => {
    const draw = new SeededDraw(seed * 1_009 + index)
    for (;;) {
      await attack({ plain, secure, draw })
      await pause(draw.between(100, 2_000))
    }
  }),
)
