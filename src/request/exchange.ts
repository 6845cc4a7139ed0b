import type { Selection } from '../archive/selection.js'
import type { ContentCoding } from '../http/content-coding.js'
import type { FileSettings } from '../settings/file-options.js'
import type { Settings } from '../settings/settings.js'
import type { TransferScope } from './begin-transfer.js'
import type { RegistrationContext } from './context.js'
import type { FaultInjector } from './fault-injector.js'
import type { ServedSource } from './source-registry.js'

/** The file that a request, or a call of `sendFile`, names, and the options of its response. */
export interface RequestedFile {
  readonly key: string
  /** The path of the request target below the prefix, as received; absent for `sendFile`. */
  readonly path?: string | undefined
  readonly served: ServedSource
  /** The folder that is passed to `allowedPath`; undefined for a source that is not a folder. */
  readonly root: string | undefined
  /** How the file is found and sent: as the registration says, unless a call says otherwise. */
  readonly settings: FileSettings
  /** The value of Content-Disposition; undefined: the field is not sent. */
  readonly disposition?: string | undefined
  /** The content codings that may be sent, best first. */
  readonly codings: readonly ContentCoding[]
  /** The archive that is sent instead of the file. `by-query`: the one that the query of a folder names, if any. */
  readonly archive?: ArchiveCall | 'by-query' | undefined
  /** `by-query`: the Metalink document of the file is sent instead, if the query says so. */
  readonly metalink?: 'by-query' | undefined
  /** Whether the client may have another file of the source, by its key. Default: any. */
  readonly allows?: ((key: string) => boolean) | undefined
  /** The application's own signal that cancels the transfer. */
  readonly signal?: AbortSignal | undefined
}

/** An archive, and the name under which it is saved. */
export interface ArchiveCall {
  readonly name: string
  readonly selections: readonly Selection[]
}

/** The transfer of one response, with its faults. */
export interface Delivery extends TransferScope {
  /** The faults of this request; undefined where none applies. */
  readonly faults: FaultInjector | undefined
}

/** The transfer of one response with a file. */
export interface Exchange extends Delivery {
  readonly context: RegistrationContext<Settings>
  readonly requested: RequestedFile
}
