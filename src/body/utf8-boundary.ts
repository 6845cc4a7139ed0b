/** Splits UTF-8 bytes before a character that is incomplete at their end. Both parts may be empty. */
export function splitAtCharacterBoundary(bytes: Uint8Array): {
  complete: Uint8Array
  incomplete: Uint8Array
} {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] as number
    if (isContinuation(byte)) continue
    const at = bytes.length - (sequenceLength(byte) > back ? back : 0)
    return { complete: bytes.subarray(0, at), incomplete: Uint8Array.from(bytes.subarray(at)) }
  }
  return { complete: bytes, incomplete: new Uint8Array() }
}

function isContinuation(byte: number): boolean {
  return byte >> 6 === 0b10
}

/** Bytes of the sequence that a leading byte starts (RFC 3629 §3). */
function sequenceLength(leading: number): number {
  if (leading >= 0xf0) return 4
  if (leading >= 0xe0) return 3
  return leading >= 0xc0 ? 2 : 1
}
