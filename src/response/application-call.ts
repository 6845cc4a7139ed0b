import { toReadable } from '../errors.js'

/**
 * What a function does: one that works on a `file`, as `allowedPath` and `setHeaders` do, may throw an error
 * of the file system, whose message contains paths. One that makes a `page` throws as a handler does.
 */
type Task = 'file' | 'page'

/**
 * What a function of the application has thrown. It reaches the error handlers as it is, unless it can't be
 * read, which would end the process or leave the client without a response.
 */
export class ThrownByApplication {
  constructor(
    readonly thrown: unknown,
    readonly task: Task,
  ) {}
}

/** Calls a function of the application. @throws ThrownByApplication where it throws, or rejects */
export function callApplication<T>(task: Task, call: () => T): T {
  const rethrow = (thrown: unknown): never => {
    throw new ThrownByApplication(toReadable(thrown), task)
  }
  try {
    const result = call()
    return result instanceof Promise ? (result.catch(rethrow) as T) : result
  } catch (thrown) {
    return rethrow(thrown)
  }
}
