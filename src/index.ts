export { type ErrorCode, LastbyteError } from './errors.js'
export type {
  HeaderReply,
  LastbyteOptions,
  ListedName,
  ListOptions,
  SendOptions,
} from './options.js'
export { default, default as lastbyte } from './plugin.js'
export type {
  ByteSource,
  Entry,
  Facts,
  FileStat,
  LocalFile,
  Opened,
  OpenRequest,
  Representation,
} from './source/byte-source.js'
