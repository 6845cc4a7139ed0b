/** Bytes of a header section, as the cost of a check counts them. */
export const HEAD = 1024

/** Bytes that a body costs which is left at its beginning. */
export const LEFT = 64 * 1024
