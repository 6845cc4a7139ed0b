/** The bytes that a change of the drills of `check` gives an object which had the bytes of `first`. */
export function changed(change, first) {
  const other = () => Buffer.from(first.map((byte) => byte ^ 0xff))
  const versions = {
    restore: () => first,
    rewrite: other,
    rename: other,
    truncate: () => first.subarray(0, first.length >> 1),
    append: () => Buffer.concat([first, first.subarray(0, first.length >> 2)]),
  }
  return versions[change]()
}
