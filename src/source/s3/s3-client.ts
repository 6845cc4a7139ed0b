import { Readable } from 'node:stream'
import type {
  GetObjectCommandOutput,
  HeadObjectCommandOutput,
  ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3'
import { withDeadline } from '../../async/with-deadline.js'
import { LastbyteError } from '../../errors.js'
import { chunksOf, readDirectly } from './direct-bodies.js'
import { s3Failure } from './s3-error.js'
import type { S3Settings } from './s3-options.js'

/** An object, and the version of it if that matters. */
export interface S3Subject {
  readonly key: string
  readonly versionId?: string | undefined
  /** For If-Match (RFC 9110 §13.1.1). */
  readonly etag?: string | undefined
  /** For Range. */
  readonly range?: string | undefined
}

/** The members of a response about an object that are used. */
export type S3Object = Pick<
  GetObjectCommandOutput,
  | 'CacheControl'
  | 'ContentDisposition'
  | 'ContentEncoding'
  | 'ContentLanguage'
  | 'ContentLength'
  | 'ContentRange'
  | 'ContentType'
  | 'ETag'
  | 'LastModified'
  | 'VersionId'
>

/**
 * An object whose body has not been read. Its receiver reads the body, or ends it with `return`. A chunk is valid until
 * the next one is requested.
 */
export interface S3Response {
  readonly object: S3Object
  readonly body: AsyncIterator<Uint8Array>
}

/** The SDK's commands that are used. */
type Commands = Pick<
  typeof import('@aws-sdk/client-s3'),
  'GetObjectCommand' | 'HeadObjectCommand' | 'ListObjectsV2Command'
>

/** Requests to a bucket through the SDK. @throws what `s3Failure` returns */
export class S3Client {
  #commands: Promise<Commands> | undefined

  constructor(private readonly settings: S3Settings) {}

  head(subject: S3Subject, signal: AbortSignal): Promise<S3Object> {
    return this.#send(signal, new AbortController(), ({ HeadObjectCommand }) => {
      return new HeadObjectCommand(this.#input(subject))
    }) as Promise<HeadObjectCommandOutput>
  }

  async get(subject: S3Subject, signal: AbortSignal): Promise<S3Response> {
    const stop = new AbortController()
    const object = (await this.#send(signal, stop, ({ GetObjectCommand }) => {
      const command = new GetObjectCommand(this.#input(subject))
      readDirectly(command, this.settings)
      return command
    })) as GetObjectCommandOutput
    return { object, body: stoppable(object.Body as AsyncIterable<Uint8Array>, stop) }
  }

  /** One page of the entries below a folder: a key that ends with a slash, or `''`. */
  list(
    folder: string,
    page: { readonly most: number; readonly after?: string | undefined },
    signal: AbortSignal,
  ): Promise<ListObjectsV2CommandOutput> {
    const { bucket, prefix } = this.settings
    return this.#send(signal, new AbortController(), ({ ListObjectsV2Command }) => {
      return new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix + folder,
        Delimiter: '/',
        MaxKeys: page.most,
        ContinuationToken: page.after,
      })
    }) as Promise<ListObjectsV2CommandOutput>
  }

  #input({ key, versionId, etag, range }: S3Subject) {
    const { bucket, prefix } = this.settings
    return {
      Bucket: bucket,
      Key: prefix + key,
      VersionId: versionId,
      IfMatch: etag,
      Range: range,
    }
  }

  /** Ends a request that takes too long. `stop` also ends the body of its response. */
  async #send(
    signal: AbortSignal,
    stop: AbortController,
    command: (commands: Commands) => unknown,
  ): Promise<unknown> {
    const { client, retryPolicy } = this.settings
    this.#commands ??= loadSdk()
    const commands = await this.#commands
    signal.throwIfAborted()
    const limit = {
      ms: retryPolicy.stall,
      error: () => {
        const message = `Cannot request from the store: no response in ${retryPolicy.stall} ms`
        const facts = { proxyError: 'http_response_timeout' }
        return new LastbyteError('SOURCE_TIMEOUT', message, facts)
      },
    }
    const abortSignal = AbortSignal.any([signal, stop.signal])
    try {
      return await withDeadline(client.send(command(commands), { abortSignal }), signal, limit)
    } catch (error) {
      stop.abort()
      signal.throwIfAborted()
      throw error instanceof LastbyteError ? error : s3Failure(error)
    }
  }
}

/** A body's chunks. `return` before its end closes the connection. */
function stoppable(
  body: AsyncIterable<Uint8Array> | undefined,
  stop: AbortController,
): AsyncIterator<Uint8Array> {
  // After `return` nothing reads the body any longer, but ending it emits an error.
  if (body instanceof Readable) body.on('error', () => {})
  const chunks = chunksOf(body)
  return {
    next: () => chunks?.next() ?? Promise.resolve({ done: true, value: undefined }),
    async return() {
      stop.abort()
      await chunks?.return?.()
      return { done: true, value: undefined }
    },
  }
}

/** Loads the SDK, an optional peer dependency. @throws LastbyteError BAD_SETTING */
export async function loadSdk(): Promise<typeof import('@aws-sdk/client-s3')> {
  try {
    return await import('@aws-sdk/client-s3')
  } catch (cause) {
    const message =
      's3: expected the package @aws-sdk/client-s3; install it: npm install @aws-sdk/client-s3'
    throw new LastbyteError('BAD_SETTING', message, { setting: 's3' }, { cause })
  }
}
