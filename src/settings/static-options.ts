/** What replaces an option that isn't supported, in words that follow "not supported:", by its name. */
export type Alternatives = Readonly<Record<string, string>>

/** Options of `@fastify/send` that would send a part of a file as if it were a file. */
export const PART_OF_FILE: Alternatives = {
  start: 'a client requests a part of a file by a Range field',
  end: 'a client requests a part of a file by a Range field',
}

/** Options of `@fastify/static` and `@fastify/send` that a registration has no use for. */
export const NOT_OF_A_REGISTRATION: Alternatives = {
  ...PART_OF_FILE,
  highWaterMark: 'leave it out, since reads have the size that the transfer needs',
  maxContentRangeChunkSize: 'leave it out, since a range is sent as long as it was requested',
  send: 'write its options beside "root"',
}

/** Options of `list` of `@fastify/static` that are not supported. */
export const NOT_OF_A_LISTING: Alternatives = {
  extendedFolderInfo: 'compute it in "list.render"',
}
