import { statSync } from 'node:fs'
import { join } from 'node:path'
import { encodedIdentity, versionedPath } from '../../../dist/source/file/file-version.js'
import type { SeededDraw } from '../chaos/seeded-draw.js'
import { FILE_SIZE, type Subjects } from './subjects.js'

/** What a function expects at one place. */
export type ArgumentKind =
  | 'socket'
  | 'disposable'
  | 'file'
  | 'position'
  | 'length'
  | 'flags'
  | 'switch'
  | 'offset'
  | 'links'
  | 'buffer'
  | 'version'
  | 'versioned path'
  | 'target'

/** An argument, and whether the bytes around its view are those that were there before. */
export interface Argument {
  readonly value: unknown
  readonly text: string
  readonly isIntact: () => boolean
}

const CANARY = 0xa5
const MARGIN = 64

function plain(value: unknown, text = describe(value)): Argument {
  return { value, text, isIntact: () => true }
}

function describe(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`
  if (Object.is(value, -0)) return '-0'
  return typeof value === 'object' && value !== null ? typeof value : String(value)
}

/** Bytes at an odd or even place of a larger buffer, which a call must not touch around them. */
function bytes(content: Uint8Array, shift: number): Argument {
  const whole = Buffer.alloc(content.length + 2 * MARGIN, CANARY)
  const value = whole.subarray(MARGIN + shift, MARGIN + shift + content.length)
  value.set(content)
  const around = [
    whole.subarray(0, MARGIN + shift),
    whole.subarray(MARGIN + shift + content.length),
  ]
  const isIntact = () => around.every((part) => part.every((byte) => byte === CANARY))
  return { value, text: `<${content.length} bytes at ${shift}>`, isIntact }
}

/** An argument as the caller in src/ passes it, or nearly so. */
export function validArgument(kind: ArgumentKind, subjects: Subjects, draw: SeededDraw): Argument {
  const { root, name } = subjects
  const shift = draw.between(0, 9)
  switch (kind) {
    case 'socket':
      return plain(draw.oneOf([subjects.socket, subjects.socket, subjects.full, subjects.closed]))
    case 'disposable':
      return plain(subjects.disposable)
    case 'file':
      return plain(draw.oneOf([subjects.file, subjects.file, subjects.zero, subjects.folder]))
    case 'position':
      return plain(draw.between(0, FILE_SIZE + 10))
    case 'length':
      return plain(draw.oneOf([0, 1, draw.between(2, 4_000), draw.between(0, 2 ** 21)]))
    case 'flags':
      return plain(draw.oneOf([0, 8]))
    case 'switch':
      return plain(draw.oneOf([0, 1]))
    case 'offset':
      return plain(draw.oneOf([0, 0, 0, 8, 64]))
    case 'links':
      return plain(draw.oneOf([0, 0x100]))
    case 'buffer':
      return bytes(new Uint8Array(draw.oneOf([0, 1, 39, 40, 41, draw.between(0, 200_000)])), shift)
    case 'version':
      return bytes(encodedIdentity(statSync(join(root, name), { bigint: true })), shift)
    case 'versioned path': {
      const path = join(root, name)
      return bytes(versionedPath(path, statSync(path, { bigint: true })), shift)
    }
    case 'target': {
      const { dev } = statSync(root, { bigint: true })
      const numbers = Buffer.from(BigInt64Array.of(dev, draw.oneOf([0n, 8n])).buffer)
      return bytes(Buffer.concat([numbers, Buffer.from(`${root}\0${name}\0`)]), shift)
    }
  }
}

const BYTES: readonly [ArgumentKind, ...ArgumentKind[]] = [
  'buffer',
  'version',
  'versioned path',
  'target',
]
const INTEGERS: readonly [number, ...number[]] = [
  ...([-0, 0, -1, 1, 0.5, -0.5, 1e308, -1e308, 5e-324] as const),
  ...([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] as const),
  ...[31, 32, 52, 53, 62, 63, 64].flatMap((exponent) =>
    [-1, 0, 1].flatMap((off) => [2 ** exponent + off, -(2 ** exponent) + off]),
  ),
] as [number, ...number[]]

function hostileNumber(subjects: Subjects, draw: SeededDraw): number {
  if (draw.chance(0.6)) return draw.oneOf(INTEGERS)
  // The kernel takes the lower 32 bits of a register as a descriptor.
  if (draw.chance(0.3)) return subjects.file + 2 ** draw.between(32, 52)
  if (draw.chance(0.3)) return subjects.blocking
  return (draw.next() - 0.5) * 2 ** draw.between(0, 70)
}

/** A view of bytes that no longer exist. */
function detached(draw: SeededDraw): Uint8Array {
  const view = new Uint8Array(draw.oneOf([1, 40, 4_096]))
  structuredClone(view.buffer, { transfer: [view.buffer] })
  return view
}

/** A view that reaches beyond the buffer that has shrunk. */
function outOfBounds(): Uint8Array {
  const buffer: ArrayBuffer & { resize(length: number): void } = Reflect.construct(ArrayBuffer, [
    8_192,
    { maxByteLength: 8_192 },
  ])
  const view = new Uint8Array(buffer, 100, 4_096)
  buffer.resize(64)
  return view
}

function shared(draw: SeededDraw): Uint8Array {
  const length = draw.oneOf([1, 40, 4_096])
  return draw.chance(0.5)
    ? new Uint8Array(new SharedArrayBuffer(length))
    : Buffer.from(new SharedArrayBuffer(length))
}

/** An object whose every use throws. */
const TRAP = new Proxy(() => {}, {
  get: () => {
    throw new RangeError('a property was read')
  },
})

function hostileObject(draw: SeededDraw): Argument {
  const { value, text } = draw.oneOf<{ value: unknown; text: string }>([
    { value: undefined, text: 'undefined' },
    { value: null, text: 'null' },
    { value: draw.oneOf(['', '5', '\0', 'x'.repeat(4_096)]), text: 'text' },
    { value: draw.oneOf([0n, -1n, 5n, 2n ** 63n, 2n ** 64n]), text: 'bigint' },
    { value: Symbol('s'), text: 'symbol' },
    { value: draw.chance(0.5), text: 'boolean' },
    { value: { valueOf: () => 5, length: 40 }, text: 'object' },
    { value: [5, 5, 5], text: 'array' },
    { value: TRAP, text: 'trap' },
    { value: new Proxy(new Uint8Array(40), {}), text: 'proxy of bytes' },
    { value: new ArrayBuffer(4_096), text: 'ArrayBuffer' },
    { value: new SharedArrayBuffer(4_096), text: 'SharedArrayBuffer' },
    { value: new DataView(new ArrayBuffer(4_096)), text: 'DataView' },
    { value: new Float64Array(512), text: 'Float64Array' },
    { value: new Uint8ClampedArray(4_096), text: 'Uint8ClampedArray' },
    { value: Object.create(Uint8Array.prototype), text: 'no Uint8Array' },
    { value: detached(draw), text: 'detached bytes' },
    { value: outOfBounds(), text: 'bytes out of bounds' },
    { value: shared(draw), text: 'shared bytes' },
  ])
  return plain(value, text)
}

/** An argument that no caller in src/ passes. */
export function hostileArgument(subjects: Subjects, draw: SeededDraw): Argument {
  if (draw.chance(0.4)) return plain(hostileNumber(subjects, draw))
  if (draw.chance(0.6)) return hostileObject(draw)
  const valid = validArgument(draw.oneOf(BYTES), subjects, draw)
  const content = Uint8Array.from(valid.value as Uint8Array)
  // Bytes cut anywhere, and bits changed: a path without its NUL byte, another device, other flags.
  const cut = content.subarray(0, draw.between(0, content.length))
  if (cut.length > 0 && draw.chance(0.5)) {
    cut[draw.between(0, cut.length - 1)] = draw.between(0, 255)
  }
  return bytes(cut, draw.between(0, 9))
}
