import type { ContentCoding } from '../http/content-coding.js'
import type { Settings } from '../settings/settings.js'
import type { TransferScope } from './begin-transfer.js'
import type { RegistrationContext } from './context.js'
import type { FaultInjector } from './fault-injector.js'
import type { ServedSource } from './source-registry.js'

/** The file that one request, or one call of `sendFile`, requests, and its source. */
export interface RequestedFile {
  readonly key: string
  readonly served: ServedSource
  /** The folder that `allowedPath` is called with; undefined for a source that is no folder. */
  readonly root: string | undefined
  /** The value of Cache-Control; undefined for no field. */
  readonly cacheControl: string | undefined
  /** The value of Content-Disposition; undefined for no field. */
  readonly disposition?: string | undefined
  /** The content codings that may be sent, best first. */
  readonly codings: readonly ContentCoding[]
  /** The application's own signal that cancels the transfer. */
  readonly signal?: AbortSignal | undefined
}

/** The state of one response. */
export interface Delivery extends TransferScope {
  /** The faults that this request gets; undefined without a fault layer. */
  readonly faults: FaultInjector | undefined
}

/** The state of one request for a file. */
export interface Exchange extends Delivery {
  readonly context: RegistrationContext<Settings>
  readonly requested: RequestedFile
}
