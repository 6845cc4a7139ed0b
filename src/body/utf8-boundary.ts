/** Bytes up to where a character of UTF-8 may still be incomplete, and what is there of it. */
export function splitAtCharacterBoundary(bytes: Uint8Array): { whole: Uint8Array; torn: Uint8Array } {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] as number
    if (isContinuation(byte)) continue
    const at = bytes.length - (lengthOf(byte) > back ? back : 0)
    return { whole: bytes.subarray(0, at), torn: Uint8Array.from(bytes.subarray(at)) }
  }
  return { whole: bytes, torn: new Uint8Array() }
}

function isContinuation(byte: number): boolean {
  return byte >> 6 === 0b10
}

/** Bytes of the character that a byte begins (RFC 3629 §3). */
function lengthOf(first: number): number {
  if (first >= 0xf0) return 4
  if (first >= 0xe0) return 3
  return first >= 0xc0 ? 2 : 1
}
