import { type Exchange, fieldOf } from '../subject/exchange.js'

/** The media type of a response in lower case, without parameters; empty if it has none. */
export function mediaTypeOf(exchange: Exchange): string {
  const [type = ''] = (fieldOf(exchange, 'content-type') ?? '').split(';')
  return type.trim().toLowerCase()
}

const ARCHIVE =
  /^application\/(zip|(x-)?gzip|zstd|vnd\.rar|x-(7z-compressed|xz|bzip2|rar-compressed))$/

/** Whether the bytes of a response are compressed by themselves: audio, video and archives. */
export function isCompressed(exchange: Exchange): boolean {
  return isMedia(exchange) || ARCHIVE.test(mediaTypeOf(exchange))
}

/** Whether a response is audio or video, which a page plays. */
export function isMedia(exchange: Exchange): boolean {
  return /^(audio|video)\//.test(mediaTypeOf(exchange))
}
